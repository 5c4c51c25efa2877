"""Who and what the demo company is: drawn from one seed, the same on every machine."""

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np

from channelkeeper.core import weeks
from demo import stories

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
    cases_per_layer: int | None = None
    layers_per_pallet: int | None = None
    retires_on: date | None = None
    successor: str | None = None  # code of the product that follows it


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
    order_weekdays: tuple[int, ...]  # 0 is Monday
    size: float  # of its territory, 1 is the middle
    habit_days: float  # the cover it orders up to
    attention: float  # share of weeks in which it orders at all
    manners: str  # "", late, missing, stuffs, copies, messy
    layout: int  # which of the workbook layouts it writes
    first_product: int
    products: int
    truck_pallets: Decimal | None = None
    order_limit: Decimal | None = None  # yuan
    min_order_amount: Decimal | None = None  # yuan
    reported_weeks: int | None = None  # it joined so many weeks ago; None where it reports since the beginning

    @property
    def weeks_to_arrival(self) -> int:
        """Return how many weeks after a closed one the goods arrive that are ordered on its numbers."""
        return 1 + (self.order_weekdays[0] + self.lead_time_days) // 7

    @property
    def arrival_weekday(self) -> int:
        """Return on which day of the week they arrive; 0 is Monday."""
        return (self.order_weekdays[0] + self.lead_time_days) % 7


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
PALLETS = {  # cases to a layer, layers to a pallet
    "TEA": (12, 6), "JUI": (12, 6), "WAT": (10, 5), "SPO": (12, 7), "NUT": (11, 8), "NOO": (8, 5), "CON": (14, 8),
    "BIS": (10, 7), "CAN": (12, 8), "SNA": (8, 6), "GIF": (6, 5),
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

_LAST = (
    ("商贸", "Trading"),
    ("副食", "Grocery Supply"),
    ("食品商行", "Food Wholesale"),
    ("食品", "Foods"),
    ("商行", "Wholesale"),
    ("贸易", "Trade"),
)
_FIRST = (
    ("华联", "Hualian"), ("金桥", "Jinqiao"), ("永盛", "Yongsheng"), ("顺达", "Shunda"), ("恒源", "Hengyuan"),
    ("新世纪", "Xinshiji"), ("百盛", "Baisheng"), ("嘉禾", "Jiahe"), ("鸿运", "Hongyun"), ("四季鲜", "Sijixian"),
    ("惠民", "Huimin"), ("江南", "Jiangnan"), ("临安", "Lin'an"), ("益民", "Yimin"), ("兴盛", "Xingsheng"),
    ("百信", "Baixin"), ("汇丰", "Huifeng"), ("顺和", "Shunhe"), ("福满堂", "Fumantang"), ("万家", "Wanjia"),
)  # fmt: skip
_PLACES = {
    "HZ": [
        ("拱墅区", "Gongshu"), ("萧山区", "Xiaoshan"), ("余杭区", "Yuhang"), ("临安区", "Lin'an"), ("富阳区", "Fuyang"),
    ],
    "CD": [("锦江区", "Jinjiang"), ("成华区", "Chenghua"), ("双流区", "Shuangliu"), ("温江区", "Wenjiang")],
    "ZZ": [("金水区", "Jinshui"), ("中原区", "Zhongyuan"), ("二七区", "Erqi"), ("惠济区", "Huiji")],
}  # fmt: skip
_MANNERS = {  # by running number: a few of every kind, the rest are ordinary
    1: "stuffs", 2: "messy", 7: "late", 15: "late", 22: "missing", 31: "late", 33: "copies", 40: "missing", 47: "late",
}  # fmt: skip
STUFFED_AFTER = 20  # from this day of a month on its target is short
LAUNCHED = (10, 45)  # within the last year, by running number
LONG_NAME = ("良渚新城联合供销食品贸易有限公司", "Liangzhu New Town United Supply and Marketing Food Trading Co., Ltd.")


def gtin13(body: str) -> str:
    """Return 12 digits with their GS1 check digit behind."""
    total = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(body))
    return body + str(-total % 10)


def _names() -> list[tuple[str, str, str]]:
    """Return category, Chinese and English name of each product."""
    with (Path(__file__).parent / "products.csv").open(encoding="utf-8", newline="") as file:
        return [(row["category"], row["name_zh"], row["name_en"]) for row in csv.DictReader(file)]


def code_of(index: int) -> str:
    """Return the code of a product by its running number, from 0."""
    return f"QM-{1007 + index * 7}"


def products(last_week: date) -> list[Product]:
    """Return the 80 products; two were launched within the last year, two are launched next week (`stories`)."""
    random = np.random.default_rng(SEED)
    changes_on = stories.changes_on(last_week)
    launches = dict.fromkeys(LAUNCHED, weeks.shift(last_week, -30)) | dict.fromkeys(
        (stories.NEW, stories.SUCCESSOR), changes_on
    )
    made = []
    for index, (category, name_zh, name_en) in enumerate(_names()):
        _, _, summer, festival, cases, prices, shelf_life = CATEGORIES[category]
        leaves = index == stories.LEAVES
        made.append(
            Product(
                code=code_of(index),
                gtin=gtin13(f"690{index + 1:05d}{(index + 1) * 37 % 10_000:04d}"),
                name_zh=name_zh,
                name_en=name_en,
                category=category,
                units_per_case=int(random.choice(cases)),
                price_per_case=float(round(random.uniform(*prices))),
                shelf_life_days=shelf_life,
                summer=summer + random.normal(0, 0.08),
                festival=festival + random.normal(0, 0.08),
                launched_on=launches.get(index),
                cases_per_layer=PALLETS[category][0],
                layers_per_pallet=PALLETS[category][1],
                retires_on=changes_on if leaves else None,
                successor=code_of(stories.SUCCESSOR) if leaves else None,
            )
        )
    return made


def distributors() -> list[Distributor]:
    """Return the 60 distributors, six to a rep."""
    random = np.random.default_rng(SEED + 1)
    made = []
    for index in range(60):
        rep = REPS[index // 6]
        (first_zh, first_en), (last_zh, last_en) = _FIRST[index % 20], _LAST[(index // 20 * 2 + index) % 6]
        names = (first_zh + last_zh, f"{first_en} {last_en}")
        places = _PLACES[rep.office]
        place_zh, place_en = places[index % len(places)]
        if index == 4:
            names = LONG_NAME
        disciplined = random.random() < 0.55
        grade, lead = "ABBC"[int(random.integers(4))], int(random.choice([4, 7, 7, 10, 14]))
        weekday, size = int(random.choice([0, 1, 1, 2])), float(np.exp(random.normal(0, 0.5)))
        drawn = _habit(disciplined, random)
        habit, attention = stories.HABITS.get(index, drawn)
        made.append(
            Distributor(
                code=f"{rep.office}{index + 1:03d}",
                name_zh=names[0],
                name_en=names[1],
                place_zh=place_zh,
                place_en=place_en,
                office=rep.office,
                rep=rep.code,
                grade=grade,
                lead_time_days=lead,
                order_weekdays=_weekdays(index, weekday),
                size=size,
                habit_days=habit,
                attention=attention,
                manners=_MANNERS.get(index, ""),
                layout=index % 6,
                first_product=int(random.integers(80)),
                products=int(random.integers(34, 60)),
                truck_pallets=stories.TRUCKS.get(index),
                order_limit=stories.ORDER_LIMITS.get(index),
                min_order_amount=stories.MIN_AMOUNTS.get(index),
                reported_weeks=stories.JOINED_WEEKS if index == stories.JOINED else None,
            )
        )
    return made


def _habit(disciplined: bool, random: np.random.Generator) -> tuple[float, float]:
    """Return the cover that a distributor orders up to, and the share of weeks in which it orders at all."""
    if disciplined:
        return float(random.uniform(19, 24)), float(random.uniform(0.94, 1.0))
    return float(random.uniform(15, 33)), float(random.uniform(0.5, 0.85))


def _weekdays(index: int, day: int) -> tuple[int, ...]:
    """Return on which days a distributor orders: some twice a week, three days apart."""
    return (day, day + 3) if index in stories.ORDERS_TWICE else (day,)


def starts_on(last_week: date) -> date:
    """Return the day on which the company's books begin: three years before the last week."""
    return weeks.shift(last_week, -156)
