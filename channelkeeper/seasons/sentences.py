"""What this room finds wrong with promotions, closing days and launch plans, in words."""

from channelkeeper.core.sentences import Text

TEXTS = {
    "seasons.needed": Text("新的促销这里必须填。", "A new promotion needs this."),
    "seasons.too_long": Text("太长，最多{length}个字。", "Too long: at most {length} characters."),
    "seasons.intensity": Text(
        "力度{value}不对：写0到1的数，0.3是三成门店在做，或全部门店做三成力度。",
        "The intensity {value} must be 0 to 1: 0.3 is three shops of ten, or all of them at three tenths.",
    ),
    "seasons.period": Text(
        "结束那天不能在开始之前，最长{days}天。", "The last day cannot lie before the first, nor {days} days after it."
    ),
    "seasons.unknown_product": Text("没有货号是“{value}”的产品。", 'There is no product "{value}".'),
    "seasons.unknown_distributor": Text("没有编码是“{value}”的经销商。", 'There is no distributor "{value}".'),
    "seasons.twice": Text(
        "促销{value}的同一个产品、同一家经销商有两行。留一行。",
        "Promotion {value} has two rows for one product and distributor. Keep one.",
    ),
    "seasons.closing_needed": Text("新的休息日这里必须填。", "New closing days need this."),
    "seasons.closing_period": Text(
        "最后一天不能在第一天之前，一次最长{days}天。",
        "The last day cannot lie before the first, and one closing lasts at most {days} days.",
    ),
    "seasons.closing_overlaps": Text(
        "{starts_on}到{last_on}已经登记休息了。改那一条，或先删掉它。",
        "It is closed from {starts_on} to {last_on} already. Change that entry, or remove it first.",
    ),
    "seasons.closing_twice": Text(
        "同一家从{value}开始的休息日有两行。留一行。", "Two rows close the same one from {value} on. Keep one."
    ),
    "seasons.closing_of_factory": Text(
        "工厂的休息日由总部登记。请写上经销商编码。",
        "Headquarters keeps the factory's closing days. Name a distributor.",
    ),
    "seasons.launch_needed": Text("新的铺货计划这里必须填。", "A new launch plan needs this."),
    "seasons.fill": Text("首单箱数写0到{most}的整数。", "Write a first fill of 0 to {most} whole cases."),
    "seasons.week_missing": Text(
        "每周预计要一周接一周地填：第{week}周有数，这一周空着。",
        "Weeks follow each other: week {week} has a figure, and this one is blank.",
    ),
    "seasons.week_units": Text("一周预计{value}支不对。", "{value} pieces a week cannot be."),
    "seasons.launch_of_nothing": Text(
        "首单是0，又没有每周预计：这样的计划什么也没说。",
        "Without a first fill and expected weeks a plan says nothing.",
    ),
    "seasons.launch_twice": Text(
        "同一个产品、同一家经销商有两行。留一行。", "Two rows are of one product and distributor. Keep one."
    ),
    "seasons.launch_of_all": Text(
        "给所有经销商的铺货计划由总部定。请写上经销商编码。",
        "Headquarters plans launches at all distributors. Name a distributor.",
    ),
    "seasons.no_launch_day": Text(
        "产品{value}没有上市日期。先在产品里填上。",
        "Product {value} has no first day on sale. Write it down there first.",
    ),
}
