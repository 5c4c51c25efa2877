"""Positions after week 47 for the shared cast, written straight into the tables, and orders proposed on them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from channelkeeper.access.rules import Actor, whole
from channelkeeper.catalog.models import Product
from channelkeeper.catalog.tests.shelf import Shelf, build_shelf
from channelkeeper.network.models import Distributor
from channelkeeper.network.tests.cast import AT, Cast, build_cast
from channelkeeper.orders import actions, queries
from channelkeeper.orders.models import Order
from channelkeeper.orders.queries import LineView, OrderView
from channelkeeper.stock.models import Shipment, ShipmentLine
from channelkeeper.stock.tests import standing

W47 = date(2026, 11, 16)
SYSTEM = whole("test: orders")
NUMBER = "D001-2026W48"
LATER = AT + timedelta(minutes=5)


@dataclass(frozen=True)
class House:
    """The cast and its shelf, with positions after week 47; see `build_house`."""

    cast: Cast
    shelf: Shelf


def build_house() -> House:
    """
    Make the house as it stands on the cast's Tuesday of week 48.

    All three distributors order on Tuesdays, a week ahead: there on 1 December, read on 6 December.
    At Hualian tea will run out (six days, a promotion adds 40%), lemon tea has 21 days and grows with the season,
    milk goes on as usual with goods on the road, water lies still for 80 days, the new tea neither sells nor stands.
    Yongsheng's stock is an estimate. Xinda has tea alone.
    """
    cast, shelf = build_cast(), build_shelf()
    stand(cast.hualian, shelf.tea, on_hand=1512, weekly=1764, promotion=0.3365)
    stand(cast.hualian, shelf.lemon_tea, on_hand=2016, weekly=672, season=0.15)
    stand(cast.hualian, shelf.milk, on_hand=1000, weekly=336)
    stand(cast.hualian, shelf.water, on_hand=16104, weekly=1409, season=-0.616)
    stand(cast.hualian, shelf.new, on_hand=0, weekly=0)
    stand(cast.yongsheng, shelf.tea, on_hand=480, weekly=240, estimated=True)
    stand(cast.xinda, shelf.tea, on_hand=480, weekly=240)
    ship(cast.hualian, shelf.milk, 240, arrives_on=date(2026, 11, 26))
    return House(cast, shelf)


def stand(
    distributor: Distributor,
    product: Product,
    *,
    on_hand: int,
    weekly: float,
    week: date = W47,
    estimated: bool = False,
    expected_weeks: int = 14,
    **causes: float,
) -> None:
    """Write where a product stands: the same is expected of every coming week."""
    standing.stand(
        distributor,
        product,
        week=week,
        weekly=weekly,
        on_hand_units=on_hand,
        estimated=estimated,
        band="inside" if weekly else "none",
        expected_weeks=expected_weeks,
        **causes,
    )


def ship(
    distributor: Distributor, product: Product, units: int, *, arrives_on: date, order_number: str = ""
) -> Shipment:
    """Put goods on the road."""
    number = f"S{Shipment.objects.count() + 1:04d}"
    shipment = Shipment.objects.create(
        number=number,
        distributor=distributor,
        order_number=order_number,
        shipped_on=date(2026, 11, 20),
        arrives_on=arrives_on,
    )
    ShipmentLine.objects.create(shipment=shipment, product=product, units=units)
    return shipment


def propose(week: date = W47, *, at: datetime = AT, codes: list[str] | None = None) -> actions.ProposedWeek:
    """Propose as the system."""
    return actions.propose(week=week, by=SYSTEM, at=at, distributor_codes=codes)


def see(number: str = NUMBER, actor: Actor = SYSTEM) -> OrderView:
    """Return an order as an actor sees it."""
    return queries.order(actor, number, at=LATER)


def line(product: str, number: str = NUMBER) -> LineView:
    """Return one line of an order."""
    return next(one for one in see(number).lines if one.product == product)


def kept(number: str = NUMBER) -> Order:
    """Return an order's row."""
    return Order.objects.get(number=number)
