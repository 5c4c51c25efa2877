"""
The peer: order points of Tryton, from PyPI, over the same PostgreSQL server.

Called in its own process through Pool and Transaction, without its network protocol, which
is its best case. A transaction that asks to be started again is started again, as Tryton's
dispatcher does. Everything here runs in a child process that knows nothing of Django.
"""

from __future__ import annotations

import datetime
import logging
import random
from collections.abc import Callable, Sequence
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks import child, databases, meter

MODULES = ("stock_supply", "purchase", "sale")
MINIMUM, TARGET = 100, 125
BATCH = 500  # records created at once
ADMIN = 1


def is_installed() -> bool:
    """Return whether this environment holds Tryton; only that of `make bench` does."""
    return find_spec("trytond") is not None and find_spec("proteus") is not None


def install(*, address: str) -> dict[str, float]:
    """Make a Tryton database with one company, its chart of accounts and the modules that order points need."""
    from trytond import backend
    from trytond.pool import Pool

    logging.disable(logging.WARNING)
    name = _name(address)
    database = backend.Database(name)
    database.connect()
    database.init()
    Pool.start()
    Pool(name).init(update=["ir", "res", *MODULES], lang=["en"], activatedeps=True)
    _set_up_company(address)
    return {}


def fill(*, address: str, order_points: int) -> dict[str, float]:
    """
    Make products, each with one order point in the one warehouse, one past receipt and, a third of them, one to come.

    About half of the stocks lie below the minimum, so about half of the points lead to a request.
    """
    _start(address)
    chance = random.Random(1)
    for start in range(0, order_points, BATCH):
        numbers = range(start, min(start + BATCH, order_points))
        _again_until_done(address, lambda numbers=numbers: _fill(numbers, chance))  # type: ignore[misc]
    return {}


def measure(*, address: str, order_points: int) -> dict[str, float]:
    """Run the supply wizard once for practice, taken back, and once in earnest."""
    _start(address)
    _again_until_done(address, _supply, keep=False)
    with meter.measure(databases.postmaster_of(address)) as cost:
        _again_until_done(address, _supply)
    requests = _again_until_done(address, _requests, keep=False)
    if not requests:
        raise AssertionError("Tryton asked for nothing: the set-up is wrong.")
    return {
        "wall": cost.wall,
        "client": cost.client,
        "server": cost.server,
        "cpu": cost.cpu,
        "work": order_points,
        "requests": requests,
    }


def _name(address: str) -> str:
    return address.rpartition("/")[2]


def _start(address: str) -> None:
    """Load the modules, as a Tryton server does when it starts."""
    from trytond.pool import Pool

    logging.disable(logging.WARNING)
    Pool.start()
    Pool(_name(address)).init()


def _again_until_done(address: str, work: Callable[[], Any], *, keep: bool = True) -> Any:
    """Do work in a transaction; start it again where it asks for that, as Tryton's dispatcher does."""
    from trytond.transaction import Transaction, TransactionError

    name, context = _name(address), _context(address)
    extras: dict[str, Any] = {}
    while True:
        with Transaction().start(name, ADMIN, context=context, **extras) as transaction:
            try:
                answer = work()
            except TransactionError as error:
                transaction.rollback()
                error.fix(extras)
                continue
            if keep:
                transaction.commit()
            else:
                transaction.rollback()
            return answer


_CONTEXTS: dict[str, dict[str, Any]] = {}


def _context(address: str) -> dict[str, Any]:
    """Return the preferences of the one user, its company among them."""
    from trytond.pool import Pool
    from trytond.transaction import Transaction

    if address not in _CONTEXTS:
        with Transaction().start(_name(address), ADMIN, readonly=True):
            _CONTEXTS[address] = {**Pool(_name(address)).get("res.user").get_preferences(context_only=True)}
    return _CONTEXTS[address]


def _set_up_company(address: str) -> None:
    """Make the company with the helpers that Tryton's own tests use."""
    import proteus
    from trytond.modules.account.tests.tools import create_chart, get_accounts
    from trytond.modules.company.tests.tools import create_company

    proteus.config.set_trytond(address)
    create_company()
    create_chart()
    category = proteus.Model.get("product.category")(name="Goods", accounting=True)
    category.account_expense = get_accounts()["expense"]
    category.save()
    proteus.Model.get("party.party")(name="Factory").save()


def _one(model: str, *domain: tuple[str, str, Any]) -> Any:
    from trytond.pool import Pool

    (found,) = Pool().get(model).search(list(domain), limit=1)
    return found


def _fill(numbers: range, chance: random.Random) -> None:
    from trytond.pool import Pool

    templates = Pool().get("product.template").create([_template(number) for number in numbers])
    products = [template.products[0] for template in templates]
    warehouse = _one("stock.location", ("code", "=", "WH"))
    Pool().get("stock.order_point").create(
        [
            {"product": product, "location": warehouse, "min_quantity": MINIMUM, "target_quantity": TARGET}
            for product in products
        ]
    )
    move = Pool().get("stock.move")
    move.do(move.create([_receipt(product, chance.randrange(1, 2 * MINIMUM)) for product in products]))
    move.create([_on_the_road(product, chance.randrange(1, 50)) for product in products[::3]])


def _template(number: int) -> dict[str, Any]:
    unit = _one("product.uom", ("name", "=", "Unit"))
    supplier = {"party": _one("party.party", ("name", "=", "Factory")), "lead_time": datetime.timedelta(days=7)}
    return {
        "name": f"Product {number}",
        "type": "goods",
        "default_uom": unit,
        "purchase_uom": unit,
        "purchasable": True,
        "list_price": Decimal(20),
        "account_category": _one("product.category", ("accounting", "=", True)),
        "products": [("create", [{}])],
        "product_suppliers": [("create", [supplier])],
    }


def _receipt(product: Any, quantity: int) -> dict[str, Any]:
    """Return a past receipt: what the stock is counted from."""
    return {
        "product": product,
        "unit": product.default_uom,
        "quantity": quantity,
        "from_location": _one("stock.location", ("type", "=", "lost_found")),
        "to_location": _one("stock.location", ("code", "=", "STO")),
        "effective_date": _today() - datetime.timedelta(days=1),
    }


def _on_the_road(product: Any, quantity: int) -> dict[str, Any]:
    """Return a receipt to come, before a new order would arrive."""
    return {
        "product": product,
        "unit": product.default_uom,
        "quantity": quantity,
        "from_location": _one("stock.location", ("code", "=", "SUP")),
        "to_location": _one("stock.location", ("code", "=", "STO")),
        "planned_date": _today() + datetime.timedelta(days=3),
        "unit_price": Decimal(10),
        "currency": _one("company.company").currency,
    }


def _today() -> datetime.date:
    """Return the day that Tryton takes for today."""
    from trytond.pool import Pool

    today: datetime.date = Pool().get("ir.date").today()
    return today


def _supply() -> None:
    """Run the wizard that a user presses, for the one warehouse."""
    from trytond.pool import Pool

    wizard = Pool().get("stock.supply", type="wizard")
    session, _, _ = wizard.create()
    wizard.execute(session, {"start": {"warehouses": [_one("stock.location", ("code", "=", "WH")).id]}}, "create_")
    wizard.delete(session)


def _requests() -> int:
    from trytond.pool import Pool

    return int(Pool().get("purchase.request").search([("state", "=", "draft")], count=True))


def run(server: databases.Postgres, *, home: Path, sizes: Sequence[int], runs: int) -> dict[int, list[dict[str, Any]]]:
    """
    Set Tryton up once, fill a copy per size, and measure fresh copies of that.

    Args:
        server: where; everything made there is dropped again.
        home: a folder for the children.
        sizes: order points.
    """
    _call("install", server.make("tryton"), home)
    found: dict[int, list[dict[str, Any]]] = {}
    try:
        for size in sizes:
            address = server.copy("tryton", f"tryton_{size}")
            server.hurry(f"tryton_{size}")
            _call("fill", address, home, order_points=size)
            found[size] = [_measured(server, size, home) for _ in range(runs)]
            server.drop(f"tryton_{size}")
    finally:
        server.drop("tryton")
    return found


def _measured(server: databases.Postgres, size: int, home: Path) -> dict[str, Any]:
    address = server.copy(f"tryton_{size}", "tryton_run")
    try:
        return _call("measure", address, home, order_points=size)
    finally:
        server.drop("tryton_run")


def _call(function: str, address: str, home: Path, **arguments: int) -> dict[str, Any]:
    """Run one of the functions below in a child; Tryton takes the server and the database's name apart."""
    address = address.replace("postgres://", "postgresql://", 1)
    environment = {"TRYTOND_DATABASE_URI": address.rpartition("/")[0] + "/"}
    return child.call(f"benchmarks.tryton:{function}", environment=environment, home=home, address=address, **arguments)
