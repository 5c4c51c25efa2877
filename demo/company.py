"""Who and what the demo company is: drawn from one seed, the same on every machine."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from channelkeeper.core import weeks

SEED = 20_26


@dataclass(frozen=True)
class Product:
    """A product and how it sells: season, festival and the size of its demand."""

    code: str
    gtin: str
    name_zh: str
    name_en: str
    category: str
    units_per_case: int
    price_per_case: float
    shelf_life_days: int
    summer: float  # log height of the summer peak; negative peaks in winter
    festival: float  # log height of the weeks before the Spring Festival
    launched_on: date | None


@dataclass(frozen=True)
class Office:
    """A branch office."""

    code: str
    name_zh: str
    name_en: str
    region: str
    manager: str


@dataclass(frozen=True)
class Rep:
    """A factory rep of an office."""

    code: str
    name: str
    office: str


@dataclass(frozen=True)
class Distributor:
    """A distributor and its habits."""

    code: str
    name_zh: str
    name_en: str
    place_zh: str
    place_en: str
    office: str
    rep: str
    grade: str
    lead_time_days: int
    order_weekday: int
    size: float  # of its territory, 1 is the middle
    habit_days: float  # the cover it orders up to
    attention: float  # share of weeks in which it orders at all
    manners: str  # "", late, missing, stuffs, copies, messy
    layout: int  # which of the workbook layouts it writes
    first_product: int
    products: int


CATEGORIES = {  # code: names, summer peak, festival peak, case sizes, price of a case, shelf life in days
    "TEA": ("茶饮料", "Tea drinks", 0.55, 0.0, (15, 24), (32, 48), 365),
    "JUI": ("果汁", "Juice", 0.30, 0.35, (12, 15), (38, 66), 270),
    "WAT": ("饮用水", "Water", 0.60, -0.1, (12, 24), (18, 30), 540),
    "SPO": ("功能饮料", "Sports drinks", 0.50, 0.0, (15, 24), (50, 96), 365),
    "NUT": ("植物蛋白饮料", "Plant milk", -0.15, 0.70, (16, 24), (48, 78), 365),
    "NOO": ("方便面", "Instant noodles", -0.20, 0.10, (12, 24), (40, 60), 180),
    "CON": ("粥罐头", "Canned congee", -0.25, 0.45, (12, 12), (36, 48), 540),
    "BIS": ("饼干", "Biscuits", -0.10, 0.40, (12, 20), (60, 96), 300),
    "CAN": ("糖果", "Candy", -0.25, 0.80, (20, 40), (90, 160), 540),
    "SNA": ("坚果零食", "Nuts and snacks", 0.0, 0.60, (20, 30), (90, 150), 240),
    "GIF": ("礼盒", "Gift boxes", -0.30, 1.50, (6, 8), (180, 320), 365),
}

NAMES = {
    "TEA": [
        ("冰红茶500ml", "Iced Black Tea 500 ml"), ("冰红茶1L", "Iced Black Tea 1 L"), ("冰红茶250ml", "Iced Black Tea 250 ml"),
        ("绿茶500ml", "Green Tea 500 ml"), ("无糖绿茶500ml", "Green Tea Unsweetened 500 ml"),
        ("无糖乌龙茶500ml", "Oolong Unsweetened 500 ml"), ("茉莉花茶500ml", "Jasmine Tea 500 ml"),
        ("柠檬茶500ml", "Lemon Tea 500 ml"), ("原味奶茶480ml", "Milk Tea 480 ml"), ("酸梅汤500ml", "Sour Plum Drink 500 ml"),
        ("蜜桃乌龙500ml", "Peach Oolong 500 ml"), ("大麦茶500ml", "Barley Tea 500 ml"),
    ],
    "JUI": [
        ("橙汁450ml", "Orange Juice 450 ml"), ("橙汁1L", "Orange Juice 1 L"), ("水蜜桃汁450ml", "Peach Juice 450 ml"),
        ("葡萄汁450ml", "Grape Juice 450 ml"), ("冰糖雪梨500ml", "Rock Sugar Pear 500 ml"), ("苹果汁1L", "Apple Juice 1 L"),
        ("山楂汁330ml", "Hawthorn Juice 330 ml"), ("芒果汁450ml", "Mango Juice 450 ml"),
    ],
    "WAT": [
        ("矿泉水550ml", "Mineral Water 550 ml"), ("矿泉水1.5L", "Mineral Water 1.5 L"), ("纯净水550ml", "Purified Water 550 ml"),
        ("苏打水400ml", "Soda Water 400 ml"), ("柠檬气泡水480ml", "Lemon Sparkling Water 480 ml"), ("纯净水4.5L", "Purified Water 4.5 L"),
    ],
    "SPO": [
        ("电解质水500ml", "Electrolyte Water 500 ml"), ("维生素饮料500ml", "Vitamin Drink 500 ml"),
        ("能量饮料250ml", "Energy Drink 250 ml"), ("牛磺酸饮料500ml", "Taurine Drink 500 ml"), ("椰子水330ml", "Coconut Water 330 ml"),
    ],
    "NUT": [
        ("核桃乳240ml罐装", "Walnut Milk 240 ml can"), ("椰子汁245ml罐装", "Coconut Milk 245 ml can"),
        ("花生牛奶450ml", "Peanut Milk 450 ml"), ("杏仁露240ml", "Almond Milk 240 ml"), ("豆奶250ml", "Soy Milk 250 ml"),
        ("燕麦奶1L", "Oat Milk 1 L"), ("核桃乳1L", "Walnut Milk 1 L"), ("红枣豆奶250ml", "Jujube Soy Milk 250 ml"),
    ],
    "NOO": [
        ("红烧牛肉面（桶）", "Braised Beef Noodles, bucket"), ("红烧牛肉面（袋）", "Braised Beef Noodles, bag"),
        ("老坛酸菜面（桶）", "Pickled Cabbage Noodles, bucket"), ("老坛酸菜面（袋）", "Pickled Cabbage Noodles, bag"),
        ("香菇炖鸡面（桶）", "Mushroom Chicken Noodles, bucket"), ("鲜虾鱼板面（桶）", "Shrimp Noodles, bucket"),
        ("葱油拌面120g", "Scallion Oil Noodles 120 g"), ("酸辣粉（桶）", "Hot and Sour Glass Noodles, bucket"),
        ("番茄鸡蛋面（袋）", "Tomato Egg Noodles, bag"), ("干脆面35g", "Crunchy Noodle Snack 35 g"),
    ],
    "CON": [
        ("八宝粥280g", "Eight Treasure Congee 280 g"), ("银耳莲子粥280g", "Lotus Seed Congee 280 g"),
        ("黑米粥280g", "Black Rice Congee 280 g"), ("红豆薏米粥280g", "Red Bean Congee 280 g"), ("燕麦粥280g", "Oat Congee 280 g"),
    ],
    "BIS": [
        ("苏打饼干400g", "Soda Crackers 400 g"), ("苏打饼干100g", "Soda Crackers 100 g"), ("夹心饼干150g", "Sandwich Biscuits 150 g"),
        ("曲奇饼干200g", "Butter Cookies 200 g"), ("威化饼干120g", "Wafers 120 g"), ("粗粮饼干300g", "Wholegrain Biscuits 300 g"),
        ("蛋卷180g", "Egg Rolls 180 g"), ("派12枚", "Choco Pie 12 pieces"), ("手指饼干90g", "Finger Biscuits 90 g"),
        ("薄脆饼干160g", "Thin Crackers 160 g"),
    ],
    "CAN": [
        ("牛奶糖227g", "Milk Candy 227 g"), ("水果硬糖200g", "Fruit Drops 200 g"), ("花生酥糖250g", "Peanut Brittle 250 g"),
        ("薄荷糖40g", "Mints 40 g"), ("橡皮糖80g", "Gummies 80 g"), ("酥心糖500g", "Crisp Candy 500 g"),
    ],
    "SNA": [
        ("葵花籽160g", "Sunflower Seeds 160 g"), ("焦糖瓜子160g", "Caramel Seeds 160 g"), ("花生米120g", "Peanuts 120 g"),
        ("每日坚果25g", "Daily Nuts 25 g"), ("海苔卷60g", "Seaweed Rolls 60 g"), ("锅巴100g", "Rice Crust 100 g"),
    ],
    "GIF": [
        ("核桃乳礼盒12罐", "Walnut Milk Gift Box 12 cans"), ("八宝粥礼盒12罐", "Congee Gift Box 12 cans"),
        ("坚果礼盒1.2kg", "Nut Gift Box 1.2 kg"), ("曲奇礼盒680g", "Cookie Gift Box 680 g"),
    ],
}  # fmt: skip

OFFICES = (
    Office("HZ", "杭州办事处", "Hangzhou office", "EAST", "陈立群"),
    Office("CD", "成都办事处", "Chengdu office", "WEST", "罗晓川"),
    Office("ZZ", "郑州办事处", "Zhengzhou office", "CENTRAL", "郭建设"),
)
REGIONS = {"EAST": ("华东", "East China"), "WEST": ("西南", "South-west China"), "CENTRAL": ("华中", "Central China")}
HEADQUARTERS, AUDITOR = "林岚", "沈知行"
REPS = (
    Rep("R01", "周敏", "HZ"), Rep("R02", "吴振宇", "HZ"), Rep("R03", "郑雅琴", "HZ"), Rep("R04", "王海涛", "HZ"),
    Rep("R05", "李蓉", "CD"), Rep("R06", "何志远", "CD"), Rep("R07", "唐小玲", "CD"),
    Rep("R08", "张伟民", "ZZ"), Rep("R09", "赵倩", "ZZ"), Rep("R10", "孙国栋", "ZZ"),
)  # fmt: skip

_FIRST = [
    "华联",
    "金桥",
    "永盛",
    "顺达",
    "恒源",
    "新世纪",
    "百盛",
    "嘉禾",
    "鸿运",
    "四季鲜",
    "惠民",
    "江南",
    "临安",
    "益民",
    "兴盛",
    "百信",
    "汇丰",
    "顺和",
    "福满堂",
    "万家",
]
_LAST = (
    ("商贸", "Trading"),
    ("副食", "Grocery Supply"),
    ("食品商行", "Food Wholesale"),
    ("食品", "Foods"),
    ("商行", "Wholesale"),
    ("贸易", "Trade"),
)
_PINYIN = dict(
    zip(
        _FIRST,
        [
            "Hualian",
            "Jinqiao",
            "Yongsheng",
            "Shunda",
            "Hengyuan",
            "Xinshiji",
            "Baisheng",
            "Jiahe",
            "Hongyun",
            "Sijixian",
            "Huimin",
            "Jiangnan",
            "Lin'an",
            "Yimin",
            "Xingsheng",
            "Baixin",
            "Huifeng",
            "Shunhe",
            "Fumantang",
            "Wanjia",
        ],
        strict=True,
    )
)
_PLACES = {
    "HZ": [
        ("拱墅区", "Gongshu"),
        ("萧山区", "Xiaoshan"),
        ("余杭区", "Yuhang"),
        ("临安区", "Lin'an"),
        ("富阳区", "Fuyang"),
    ],
    "CD": [("锦江区", "Jinjiang"), ("成华区", "Chenghua"), ("双流区", "Shuangliu"), ("温江区", "Wenjiang")],
    "ZZ": [("金水区", "Jinshui"), ("中原区", "Zhongyuan"), ("二七区", "Erqi"), ("惠济区", "Huiji")],
}
_MANNERS = {  # by running number: a few of every kind, the rest are ordinary
    1: "stuffs", 2: "messy", 7: "late", 15: "late", 22: "missing", 31: "late", 33: "copies", 40: "missing", 47: "late",
}  # fmt: skip
LONG_NAME = ("良渚新城联合供销食品贸易有限公司", "Liangzhu New Town United Supply and Marketing Food Trading Co., Ltd.")


def gtin13(body: str) -> str:
    """Return 12 digits with their GS1 check digit behind."""
    total = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(body))
    return body + str(-total % 10)


def products(last_week: date) -> list[Product]:
    """Return the 80 products; two of them were launched within the last year."""
    random = np.random.default_rng(SEED)
    made = []
    for category, names in NAMES.items():
        _, _, summer, festival, cases, prices, shelf_life = CATEGORIES[category]
        for name_zh, name_en in names:
            index = len(made) + 1
            young = index in (11, 46)
            made.append(
                Product(
                    code=f"QM-{1000 + index * 7}",
                    gtin=gtin13(f"690{index:05d}{index * 37 % 10_000:04d}"),
                    name_zh=name_zh,
                    name_en=name_en,
                    category=category,
                    units_per_case=int(random.choice(cases)),
                    price_per_case=float(round(random.uniform(*prices))),
                    shelf_life_days=shelf_life,
                    summer=summer + random.normal(0, 0.08),
                    festival=festival + random.normal(0, 0.08),
                    launched_on=weeks.shift(last_week, -30) if young else None,
                )
            )
    return made


def distributors() -> list[Distributor]:
    """Return the 60 distributors, six to a rep."""
    random = np.random.default_rng(SEED + 1)
    made = []
    for index in range(60):
        rep = REPS[index // 6]
        first, (last_zh, last_en) = _FIRST[index % 20], _LAST[(index // 20 * 2 + index) % 6]
        names = (first + last_zh, f"{_PINYIN[first]} {last_en}")
        places = _PLACES[rep.office]
        place_zh, place_en = places[index % len(places)]
        if index == 4:
            names = LONG_NAME
        disciplined = random.random() < 0.55
        made.append(
            Distributor(
                code=f"{rep.office}{index + 1:03d}",
                name_zh=names[0],
                name_en=names[1],
                place_zh=place_zh,
                place_en=place_en,
                office=rep.office,
                rep=rep.code,
                grade="ABBC"[int(random.integers(4))],
                lead_time_days=int(random.choice([4, 7, 7, 10])),
                order_weekday=int(random.choice([0, 1, 1, 2])),
                size=float(np.exp(random.normal(0, 0.5))),
                habit_days=float(random.uniform(19, 24) if disciplined else random.uniform(15, 33)),
                attention=float(random.uniform(0.94, 1.0) if disciplined else random.uniform(0.5, 0.85)),
                manners=_MANNERS.get(index, ""),
                layout=index % 6,
                first_product=int(random.integers(80)),
                products=int(random.integers(34, 60)),
            )
        )
    return made


def starts_on(last_week: date) -> date:
    """Return the day on which the company's books begin: three years before the last week."""
    return weeks.shift(last_week, -156)
