"""What this room finds wrong with a product, in words."""

from channelkeeper.core.sentences import Text

TEXTS = {
    "catalog.needed": Text("新产品这里必须填。", "A new product needs this."),
    "catalog.too_long": Text("太长，最多{length}个字。", "Too long: at most {length} characters."),
    "catalog.check_digit": Text(
        "条码{value}不对：要8、12、13或14位数字，最后一位要对得上。对着包装再抄一遍。",
        "{value} is not a bar code: 8, 12, 13 or 14 digits with the right last one. Copy it again from the pack.",
    ),
    "catalog.units_per_case": Text("箱规写1到{most}的整数。", "Write a whole number from 1 to {most}."),
    "catalog.retires_before_launch": Text("退市日期要在上市日期之后。", "A product retires after it is launched."),
    "catalog.own_successor": Text("产品不能替代自己。", "A product cannot succeed itself."),
    "catalog.unknown_successor": Text(
        "没有货号是“{value}”的产品。先把它加进来。", 'There is no product "{value}". Add it first, or in this file.'
    ),
    "catalog.price_negative": Text("出厂价不能是负数。", "A price cannot be negative."),
    "catalog.price_without_date": Text("写了出厂价，就要写从哪天起。", "Where there is a price, say from which day."),
    "catalog.code_twice": Text("货号{value}在文件里有两行。留一行。", "{value} stands on two rows. Keep one."),
    "catalog.gtin_twice": Text(
        "条码{value}已经是{code}的。一个条码只能是一个产品的。",
        "The bar code {value} is that of {code}. It can belong to one product only.",
    ),
    "catalog.whole_number": Text(
        "写1到{most}的整数，或者空着。", "Write a whole number from 1 to {most}, or leave it blank."
    ),
    "catalog.near_before_shelf_life": Text(
        "临期天数要少于保质期{days}天。", "Near-expiry days must be fewer than the {days} days of shelf life."
    ),
}
