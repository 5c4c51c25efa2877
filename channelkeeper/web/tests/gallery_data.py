"""Figures for the gallery: the pages of the design with their own numbers, as plain values."""

from dataclasses import dataclass
from datetime import date
from random import Random


@dataclass(frozen=True)
class Shop:
    """A row of Monday's list."""

    name: str
    now: float
    after: float
    below: int
    above: int
    held: int
    lost: int
    report: bool
    findings: int
    estimated: tuple[float, float] | None = None

    @property
    def stake(self) -> int:
        return self.held + self.lost

    @property
    def state(self) -> str:
        return "below" if self.now < 20 else "above" if self.now > 25 else "in"


FIRST = [
    Shop("华联商贸", 28.9, 28.0, 6, 9, 82828, 4538, True, 4),
    Shop("金桥食品商行", 43.0, 37.0, 2, 17, 61300, 2100, True, 2),
    Shop("永盛副食", 14.0, 22.0, 16, 2, 9400, 31400, False, 1, (9, 19)),
]
REST = [
    Shop("顺达商贸", 25.0, 24.0, 2, 5, 12800, 1900, True, 1),
    Shop("良渚新城联合供销食品贸易有限公司", 24.0, 23.0, 1, 4, 9700, 800, True, 0),
    Shop("恒源副食", 21.0, 22.0, 3, 1, 2100, 6200, True, 0),
    Shop("新世纪商行", 24.1, 23.6, 1, 3, 6400, 500, True, 1),
    Shop("百盛贸易", 23.1, 22.8, 2, 2, 3900, 2400, True, 0),
    Shop("嘉禾食品", 22.0, 23.0, 2, 1, 2600, 2900, True, 0),
    Shop("鸿运商贸", 23.0, 22.0, 0, 2, 4300, 0, True, 0),
    Shop("四季鲜商贸", 20.2, 22.0, 2, 0, 0, 3600, True, 1),
    Shop("萧山惠民食品", 24.0, 23.0, 0, 2, 3100, 0, True, 0),
    Shop("江南副食", 22.0, 22.4, 1, 0, 0, 1200, True, 0),
    Shop("临安山货行", 23.0, 23.0, 0, 0, 0, 0, True, 0),
]


@dataclass(frozen=True)
class Product:
    """A product of one distributor."""

    name: str
    name_en: str
    code: str
    now: float
    after: float
    per_day: float
    why: str
    why_en: str
    stock: int
    road: int
    order: int
    price: float
    reason: str
    sold: list[float]
    out: list[int]
    expected: float

    @property
    def state(self) -> str:
        return "below" if self.now < 20 else "above" if self.now > 25 else "in"

    @property
    def amount(self) -> float:
        return self.order * self.price

    @property
    def sells_until(self) -> float:
        """Units that sell until the reading, so that the order leaves `after` days."""
        return self.stock + self.road + self.order - self.after * self.per_day


def product(
    name: str,
    name_en: str,
    code: str,
    days: tuple[float, float],
    per_day: float,
    why: tuple[str, str],
    units: tuple[int, int, int],
    price: float,
    reason: str,
    out: tuple[int, ...] = (),
) -> Product:
    chance = Random(code)
    sold = [per_day * 7 * chance.uniform(0.7, 1.1) for _ in range(26)]
    for index in out:
        sold[index] *= 0.4
    return Product(
        name, name_en, code, *days, per_day, *why, *units, price, reason, sold, list(out), per_day * 7 * 1.05
    )


BELOW = [
    product(
        "冰红茶500ml",
        "Iced tea 500 ml",
        "QM-1011",
        (5.8, 22.5),
        10.8,
        ("+40% 特价 12/1–12/7", "+40% promotion 1–7 Dec"),
        (63, 0, 288),
        36,
        "只够6天，等不到12月3日，特价 12/1–12/7多40%；订288箱，到货时回到23天。",
        (11, 12, 24),
    ),
    product(
        "红烧牛肉面（桶）",
        "Braised beef noodles, tub",
        "QM-1291",
        (3.4, 22.0),
        5.3,
        ("+12% 天冷", "+12% cold weather"),
        (18, 0, 154),
        45,
        "只够3天，等不到12月3日，天冷多12%；订154箱，到货时回到22天。",
        (5, 11, 20, 22),
    ),
    product(
        "苏打饼干400g",
        "Soda crackers 400 g",
        "QM-1361",
        (4.4, 22.0),
        1.8,
        ("平稳", "steady"),
        (8, 0, 50),
        84,
        "只够4天，等不到12月3日；订50箱，到货时回到22天。",
        (11, 12, 15, 19),
    ),
    product(
        "核桃乳240ml罐装",
        "Walnut milk 240 ml can",
        "QM-1235",
        (6.9, 23.0),
        3.6,
        ("+22% 年节礼盒", "+22% gift season"),
        (25, 0, 92),
        64,
        "只够7天，等不到12月3日，年节礼盒多22%；订92箱，到货时回到23天。",
        (8, 10),
    ),
    product(
        "八宝粥280g",
        "Eight-treasure congee 280 g",
        "QM-1263",
        (8.1, 23.0),
        4.8,
        ("+18% 腊八前", "+18% before Laba"),
        (39, 6, 111),
        39,
        "只够8天，等不到12月3日，腊八前多18%；在途6箱，订111箱，到货时回到23天。",
        (4, 5, 13),
    ),
    product(
        "椰子汁245ml罐装",
        "Coconut drink 245 ml can",
        "QM-1151",
        (8.9, 23.0),
        2.8,
        ("+9% 餐饮订货", "+9% restaurants"),
        (25, 0, 66),
        62,
        "只够9天，等不到12月3日，餐饮订货多9%；订66箱，到货时回到23天。",
        (7, 12),
    ),
]
ABOVE = [
    product(
        "电解质水500ml",
        "Electrolyte water 500 ml",
        "QM-1214",
        (80, 70),
        8.4,
        ("−46% 过季", "−46% off season"),
        (671, 0, 0),
        50,
        "够卖80天，过季少46%；本次不订，12月3日降到70天，超出25天的货值23,050元。",
    ),
    product(
        "酸梅汤500ml",
        "Plum juice 500 ml",
        "QM-1109",
        (73, 63),
        7.3,
        ("−41% 过季", "−41% off season"),
        (536, 0, 0),
        37,
        "够卖73天，过季少41%；本次不订，12月3日降到63天，超出25天的货值13,080元。",
    ),
    product(
        "维生素饮料500ml",
        "Vitamin drink 500 ml",
        "QM-1207",
        (53, 43),
        8.1,
        ("−28% 过季", "−28% off season"),
        (429, 0, 0),
        48,
        "够卖53天，过季少28%；本次不订，12月3日降到43天，超出25天的货值10,872元。",
    ),
]
INSIDE = [
    product(
        "原味奶茶480ml",
        "Milk tea 480 ml",
        "QM-1088",
        (20.9, 24.0),
        5.5,
        ("+16% 天冷", "+16% cold weather"),
        (115, 0, 72),
        54,
        "天冷，预计出货多16%；没有在途，订72箱，到货时24天，仍在带内。",
    ),
    product(
        "花生牛奶450ml",
        "Peanut milk 450 ml",
        "QM-1249",
        (20.9, 24.0),
        4.3,
        ("+14% 天冷", "+14% cold weather"),
        (90, 0, 56),
        46,
        "天冷，预计出货多14%；没有在途，订56箱，到货时24天，仍在带内。",
    ),
    product(
        "冰红茶1L",
        "Iced tea 1 L",
        "QM-1018",
        (22.0, 22.3),
        4.9,
        ("平稳", "steady"),
        (108, 6, 45),
        38,
        "在途6箱，预计每天出4.9箱；订45箱，到货时22天，不多不少。",
    ),
]
CUT = [
    product(
        "矿泉水550ml",
        "Mineral water 550 ml",
        "QM-1165",
        (20.6, 19.0),
        11.4,
        ("−6% 过季", "−6% off season"),
        (235, 33, 63),
        26,
        "本应订102箱，厂里只分到63箱；到货后19天，略低于带，下周优先补。",
        (3,),
    ),
]

WEEKS = [date.fromordinal(date(2026, 5, 25).toordinal() + 7 * index) for index in range(32)]
STOCK = [
    205,
    195,
    198,
    198,
    180,
    157,
    160,
    132,
    103,
    60,
    8,
    2,
    2,
    95,
    163,
    205,
    235,
    270,
    232,
    175,
    120,
    90,
    30,
    5,
    2,
    63,
]
SOLD = [66, 70, 72, 75, 78, 83, 86, 88, 91, 89, 94, 38, 60, 86, 82, 77, 74, 71, 96, 58, 60, 57, 59, 55, 30, 52]
BAND_LOW = [
    210,
    218,
    226,
    236,
    244,
    252,
    258,
    264,
    262,
    258,
    252,
    244,
    234,
    224,
    229,
    217,
    206,
    196,
    170,
    167,
    160,
    156,
    154,
    180,
    205,
    216,
    220,
    198,
    190,
    184,
    184,
    184,
]
MEDIAN = [57, 99, 80, 68, 62, 66]

OFFICES = ["杭州", "南京", "上海", "广州", "武汉", "长沙", "济南", "西安", "沈阳", "北京", "郑州", "成都"]
HEAT = {
    "杭州": [62, 62, 66, 63, 68, 66, 73, 73, 77, 75, 78, 79],
    "南京": [60, 62, 61, 64, 67, 68, 69, 74, 72, 73, 76, 77],
    "长沙": [56, 54, 61, 60, 60, 64, 64, 65, 68, 71, 70, 70],
    "西安": [54, 56, 53, 55, 56, 63, 59, 61, 62, 65, 66, 66],
    "沈阳": [52, 48, 55, 56, 59, 58, 58, 61, 59, 61, 62, 65],
    "郑州": [68, 69, 67, 69, 67, 68, 66, 65, 65, 62, 59, 56],
    "成都": [69, 70, 68, 70, 68, 69, 67, 66, 62, 59, 55, 39],
}
ON_TIME = {
    "成都": (79, 11),
    "郑州": (84, 9),
    "北京": (92, 4),
    "西安": (93, 2),
    "济南": (94, 3),
    "武汉": (95, 2),
    "上海": (97, 1),
    "杭州": (99, 0),
}
