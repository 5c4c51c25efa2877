"""Replay, what-if and record as files: the columns of their tables in either language."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from channelkeeper.core import weeks
from channelkeeper.core.quantities import cases_of
from channelkeeper.orders import comparisons
from channelkeeper.orders.queries.record import ScoreView, Tally
from channelkeeper.orders.replay import ProductSides, ReplayView, Side
from channelkeeper.orders.whatif import Outlook, ProductOutlook, WhatIf
from channelkeeper.sheets.columns import Column, Typed
from channelkeeper.web.exports import Table

PRODUCT = (
    Column("product", ("产品编码",), ("Product code",), "code"),
    Column("name", ("品种",), ("Product",), "text"),
)
REPLAY = (
    *PRODUCT,
    Column("out_really", ("断货次数，实际",), ("Stock-outs, really",), "units"),
    Column("out_rule", ("断货次数，照规则",), ("Stock-outs, rule",), "units"),
    Column("lost_really", ("少卖（元），实际",), ("Missed, yuan, really",), "money"),
    Column("lost_rule", ("少卖（元），照规则",), ("Missed, yuan, rule",), "money"),
    Column("inside_really", ("带内周数，实际",), ("Weeks in band, really",), "units"),
    Column("inside_rule", ("带内周数，照规则",), ("Weeks in band, rule",), "units"),
    Column("judged", ("有数周数",), ("Weeks judged",), "units"),
    Column("days_really", ("平均天数，实际",), ("Mean days, really",), "quantity"),
    Column("days_rule", ("平均天数，照规则",), ("Mean days, rule",), "quantity"),
    Column("stock_really", ("平均库存（元），实际",), ("Mean stock, yuan, really",), "money"),
    Column("stock_rule", ("平均库存（元），照规则",), ("Mean stock, yuan, rule",), "money"),
    Column("above_really", ("平均压货（元），实际",), ("Mean above band, yuan, really",), "money"),
    Column("above_rule", ("平均压货（元），照规则",), ("Mean above band, yuan, rule",), "money"),
    Column("swing_really", ("订货波动，实际",), ("Order swing, really",), "quantity"),
    Column("swing_rule", ("订货波动，照规则",), ("Order swing, rule",), "quantity"),
)
WHAT_IF = (
    *PRODUCT,
    Column("cases_today", ("箱数，今天的建议",), ("Cases, as proposed",), "quantity"),
    Column("cases_then", ("箱数，推算",), ("Cases, then",), "quantity"),
    Column("days_today", ("盘点天数，今天的建议",), ("Days at the close, as proposed",), "quantity"),
    Column("days_then", ("盘点天数，推算",), ("Days at the close, then",), "quantity"),
    Column("missed_today", ("断货少卖（箱），今天的建议",), ("Missed, cases, as proposed",), "quantity"),
    Column("missed_then", ("断货少卖（箱），推算",), ("Missed, cases, then",), "quantity"),
    Column("stock_today", ("库存（元），今天的建议",), ("Stock, yuan, as proposed",), "money"),
    Column("stock_then", ("库存（元），推算",), ("Stock, yuan, then",), "money"),
)
RECORD = (
    Column("code", ("编码",), ("Code",), "code"),
    Column("name", ("名称",), ("Name",), "text"),
    Column("lines", ("打分行数",), ("Lines scored",), "units"),
    Column("followed", ("照订",), ("Followed",), "units"),
    Column("proposal", ("建议对",), ("Proposal right",), "units"),
    Column("order", ("对方对",), ("Other side right",), "units"),
    Column("even", ("不相上下",), ("No difference",), "units"),
    Column("mixed", ("各有得失",), ("Each in one",), "units"),
    Column("missed_followed", ("断货少卖（元），照建议",), ("Missed, yuan, as proposed",), "money"),
    Column("missed_really", ("断货少卖（元），实际",), ("Missed, yuan, really",), "money"),
    Column("excess_followed", ("压货（元），照建议",), ("Above band, yuan, as proposed",), "money"),
    Column("excess_really", ("压货（元），实际",), ("Above band, yuan, really",), "money"),
    Column("stock_followed", ("库存（元），照建议",), ("Stock, yuan, as proposed",), "money"),
    Column("stock_really", ("库存（元），实际",), ("Stock, yuan, really",), "money"),
)
SCORES = (
    Column("number", ("订单",), ("Order",), "code"),
    *PRODUCT,
    Column("proposed", ("建议（个）",), ("Proposed, pieces",), "units"),
    Column("ordered", ("实际（个）",), ("Really, pieces",), "units"),
    Column("days_followed", ("盘点天数，照建议",), ("Days at the close, as proposed",), "quantity"),
    Column("days_really", ("盘点天数，实际",), ("Days at the close, really",), "quantity"),
    Column("missed_followed", ("断货少卖（个），照建议",), ("Missed, pieces, as proposed",), "quantity"),
    Column("missed_really", ("断货少卖（个），实际",), ("Missed, pieces, really",), "quantity"),
    Column("excess_followed", ("压货（个），照建议",), ("Above band, pieces, as proposed",), "quantity"),
    Column("excess_really", ("压货（个），实际",), ("Above band, pieces, really",), "quantity"),
    Column("right", ("谁对",), ("Who was right",), "text"),
    Column("says", ("结论",), ("What it came to",), "text", width=90),
)


def record_table(rows: Sequence[Tally], total: Tally, *, title: str, language: str) -> Table:
    """Return the record in groups."""
    names = [column.name for column in RECORD[2:]]
    cells = [
        {"code": row.code, "name": row.name(language), **{name: getattr(row, name) for name in names}} for row in rows
    ]
    return Table("record", title, RECORD, cells, total.sentence(language))


def scores_table(rows: Sequence[ScoreView], total: Tally, *, name: str, title: str, language: str) -> Table:
    """Return scored lines."""
    return Table(name, title, SCORES, [_score_row(row, language) for row in rows], total.sentence(language))


def replay_table(view: ReplayView, language: str) -> Table:
    """Return the products of a replay, the sum last."""
    rows = [*(_replay_row(one, language) for one in view.products), _sum_row(view, language)]
    name = f"{view.distributor.code}-replay-{weeks.label(view.last_week)}"
    return Table(name, view.distributor.name(language), REPLAY, rows, view.sentence(language))


def what_if_table(view: WhatIf, language: str) -> Table:
    """Return the products of a what-if."""
    rows = [_what_if_row(one, language) for one in view.products]
    name = f"{view.distributor.code}-what-if-{weeks.label(view.week)}"
    return Table(name, view.distributor.name(language), WHAT_IF, rows, view.sentence(language))


def _score_row(row: ScoreView, language: str) -> Mapping[str, Typed]:
    figures = {name: _decimal(getattr(row, name)) for name in (column.name for column in SCORES[5:11])}
    return {
        "number": row.number,
        "product": row.product,
        "name": row.name(language),
        "proposed": row.proposed_units,
        "ordered": row.ordered_units,
        **figures,
        "right": comparisons.right_word(row.right.value, language),
        "says": row.sentence(language),
    }


def _replay_row(one: ProductSides, language: str) -> Mapping[str, Typed]:
    return {
        "product": one.product.code,
        "name": one.product.name(language),
        "judged": one.really.judged,
        **_sides(one.really, one.rule),
    }


def _sum_row(view: ReplayView, language: str) -> Mapping[str, Typed]:
    total = "合计" if language.startswith("zh") else "Total"
    return {"product": "", "name": total, "judged": view.really.judged, **_sides(view.really, view.rule)}


def _sides(really: Side, rule: Side) -> dict[str, Typed]:
    cells: dict[str, Typed] = {}
    for word, side in (("really", really), ("rule", rule)):
        cells |= {
            f"out_{word}": side.out,
            f"lost_{word}": side.lost_value,
            f"inside_{word}": side.inside,
            f"days_{word}": _decimal(side.days),
            f"stock_{word}": side.stock_value,
            f"above_{word}": side.above_value,
            f"swing_{word}": _decimal(side.swing),
        }
    return cells


def _what_if_row(one: ProductOutlook, language: str) -> Mapping[str, Typed]:
    cells: dict[str, Typed] = {"product": one.product.code, "name": one.product.name(language)}
    for word, outlook in (("today", one.today), ("then", one.then)):
        cells |= {
            f"cases_{word}": cases_of(outlook.units, one.product.units_per_case),
            f"days_{word}": None if outlook.days_after is None else round(outlook.days_after, 1),
            f"missed_{word}": round(_cases(outlook, one), 1),
            f"stock_{word}": round(outlook.stock_units * one.price, 2),
        }
    return cells


def _cases(outlook: Outlook, one: ProductOutlook) -> Decimal:
    return outlook.missed_units / one.product.units_per_case


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(round(value, 1)))
