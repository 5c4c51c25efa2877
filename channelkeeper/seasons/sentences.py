"""What this room finds wrong with a promotion, in words."""

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
}
