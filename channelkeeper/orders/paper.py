"""An order on paper, for both sides to sign: what `orders/print.html` shows."""

from dataclasses import dataclass
from typing import Any

from channelkeeper.orders import sentences
from channelkeeper.orders.queries import LineView, OrderView

TEMPLATE = "orders/print.html"


@dataclass(frozen=True)
class PaperLine:
    """A line in the language of the paper."""

    line: LineView
    name: str
    why: str


def context(order: OrderView, *, language: str, all_lines: bool = False) -> dict[str, Any]:
    """
    Return what stands on the paper.

    Args:
        order: as its reader may see it.
        language: of names and sentences.
        all_lines: also those of which nothing is ordered.
    """
    row = order.row
    shown = [line for line in order.lines if all_lines or line.units]
    return {
        "row": row,
        "name": row.distributor(language),
        "state_word": sentences.state_word(row.state, language),
        "headline": order.headline(language),
        "lines": [PaperLine(line, line.name(language), line.sentence(language, brief=True)) for line in shown],
        "holds": order.holds,
    }
