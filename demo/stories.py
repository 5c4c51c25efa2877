"""
The stories that the demo tells: who they are about, what happens, and where a reader sees it (README.md lists them).

Distributors and products are named by their running number; the rest of the company is drawn from the seed alone.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from channelkeeper.core import weeks

TOLD_WEEKS = 18  # so many weeks of proposals are kept and settled: ten of them have been scored

# ---------------------------------------------------------------- distributors, by running number

FOLLOWS = (0, 24, 42)  # order as proposed, the rep's edits included: HZ001, CD025, ZZ043
DECLINES = 1  # HZ002 turns offers down towards the month's end, and orders what it likes
CHANGES, CHANGED_LINES = 4, 3  # HZ005 sets some lines of every offer to what it would have ordered
BINGES = 25  # CD026 bought two products for four months at a special price; they grow old there
BOUGHT = 2  # so many products
BOUGHT_DAYS = 200
BOUGHT_AGO = 15  # weeks before the last one
OLD_AFTER = 8  # weeks from then on, most of what is left is near its end
JOINED, JOINED_WEEKS = 8, 5  # HZ009 is new: five reports, and the sell-in of the year before
COUNTED = 33  # CD034 copies its figures; the auditor counts
AGREES = 3  # HZ004 has too much, as it reports: its rep counted and agrees
MOVES, MOVES_DAYS = 5, 5  # HZ006 moves its warehouse and takes nothing in, Monday to Friday when goods would come
HABITS = {3: (33.0, 0.75), 4: (22.5, 0.97)}  # cover that it orders up to, and share of weeks in which it orders at all
ORDERS_TWICE = frozenset({4, 12, 30, 48})  # two order days a week
TRUCKS = {5: Decimal(14), 13: Decimal(8), 19: Decimal(10), 31: Decimal(8), 50: Decimal("7.5")}  # pallets
ORDER_LIMITS = {27: Decimal(20_000), 51: Decimal(60_000)}  # yuan that one order may cost
MIN_AMOUNTS = {0: Decimal(10_000), 16: Decimal(15_000), 56: Decimal(60_000)}  # yuan that one order must come to

# ---------------------------------------------------------------- products, by running number

NEW = 24  # lemon sparkling water: launched next week with a first fill
LEAVES, SUCCESSOR = 35, 38  # soy milk leaves the range, jujube soy milk takes over
FIRST_FILL_CASES = 24
STARTS_WITH_MORE, MORE_CASES = 0, 40  # HZ001 has two piles for it
FIRST_WEEKS = (60, 75, 90, 105, 120)  # pieces expected in the weeks after the launch
CHANGES_IN = 2  # weeks after the last closed one

# How far this week's orders are, by running number of the distributor; the others are drafts.
PRESENT = {0: "offered", 4: "changed", 5: "draft", 6: "accepted", 9: "sent", 24: "accepted", 42: "sent"}
PRESENT_UNTOLD = {0: "offered", 1: "offered", 2: "accepted", 3: "accepted", 4: "sent", 5: "sent"}  # real sell-out
PRESENT_EDITED = {5: 0, 24: 1}  # drafts with a rep's edits; 1: one of them above the band


def changes_on(last_week: date) -> date:
    """Return the day on which the new products come and the old one goes: next week's Monday."""
    return weeks.shift(last_week, CHANGES_IN)


# ---------------------------------------------------------------- words of people


@dataclass(frozen=True)
class Edit:
    """What a rep does to a proposed line, and why."""

    factor: float
    reason: str


EDITS = (
    Edit(1.4, "镇上三家酒店连着办婚宴，要多备"),
    Edit(0.6, "旁边仓库漏雨，先少放"),
    Edit(1.3, "学校门口新开两家店，先铺货"),
    Edit(0.5, "这款刚被对手买断堆头，先看两周"),
    Edit(1.25, "集市提前到这周六"),
)
DECLINED_BECAUSE = "月底任务还差，按我自己的量订"
CHANGED_BECAUSE = "按我自己的经验订，卖得动的多要，卖不动的不要"
STUFFED = Edit(2.0, "客户订了一批年会礼品，先备上")  # above the band: the reason stands in the line, and is a finding
REPLIED = "下周两家新卖场进场，多的货两周就走完"
DISPUTED = "这批货是月底订货会统一压的，不是我多要"
OPENING_NOTE = "开户盘点"
COUNT_NOTE = "到库盘点"


@dataclass(frozen=True)
class Word:
    """
    One thing that a talk agreed.

    Attributes:
        ours: whether it is our word, else the distributor's.
        due: weeks from the last closed one, and the day in it (0 is Monday).
        kept: whether it was kept; None where that is open.
        why: why not.
    """

    words: str
    ours: bool
    due: tuple[int, int]
    kept: bool | None = None
    why: str = ""


@dataclass(frozen=True)
class Told:
    """A talk: with whom (running number), how many weeks before the last one, about what, on which kind of finding."""

    place: int
    weeks_ago: int
    topic: str
    note: str
    agreed: tuple[Word, ...]
    finding: str = ""


TALKS = (
    Told(
        DECLINES, 4, "stock", "又是月底多要货。老板说怕断货，其实是冲返利。",
        (
            Word("月底不再多要，一周订一次", ours=False, due=(-2, 4), kept=False, why="上月底又多要了一车"),
            Word("把近期的货调给城东两家终端", ours=True, due=(-1, 2), kept=True),
            Word("把仓库里日期旧的货点一遍，报数给我们", ours=False, due=(1, 4)),
        ),
    ),
    Told(
        0, 6, "promotion", "堆头位置谈下来了。",
        (
            Word("店门口给两个堆头，放四周", ours=False, due=(-4, 4), kept=True),
            Word("送促销架两个", ours=True, due=(-4, 4), kept=True),
        ),
    ),
    Told(
        CHANGES, 3, "funds", "资金紧，等卖场结款。",
        (Word("下次订货前结清上月货款", ours=False, due=(0, 4)),),
    ),
    Told(
        BINGES, 0, "stock", "八月的特价货还压着，日期不好了。",
        (
            Word("旧货放到收银台边买一送一", ours=False, due=(2, 4)),
            Word("派促销员两个周末", ours=True, due=(2, 6)),
        ),
        finding="near_expiry",
    ),
)  # fmt: skip
