"""Taking back what was learned of a distributor's words."""

from datetime import datetime

from django.db import transaction

from channelkeeper.access import actions as access
from channelkeeper.access.rules import Actor, NotFound, check
from channelkeeper.network.queries import visible
from channelkeeper.stock.models import OwnCode, OwnUnit
from channelkeeper.stock.rules import PERMISSIONS


@transaction.atomic
def withdraw_code(*, distributor_code: str, code_id: int, by: Actor, at: datetime) -> None:
    """
    Forget what a distributor's code or name means; the next report asks again, reports that are in stay.

    Raises:
        NotAllowed: the actor may not.
        NotFound: that distributor has none, or is out of scope.
    """
    check(by, "stock.code.withdrawn", PERMISSIONS)
    found = OwnCode.objects.select_for_update(of=("self",)).select_related("distributor", "product")
    code = found.filter(pk=code_id, distributor__in=visible(by, at=at).filter(code=distributor_code)).first()
    if code is None:
        raise NotFound("No such code.")
    figures = {"text": code.text, "product": code.product.code if code.product else ""}
    code.delete()
    access.record(
        "stock.code.withdrawn",
        by=by,
        at=at,
        subject=("own_code", code_id),
        distributor_code=code.distributor.code,
        figures=figures,
    )


@transaction.atomic
def withdraw_unit(*, distributor_code: str, unit_id: int, by: Actor, at: datetime) -> None:
    """Forget what a distributor's unit word means; raises as `withdraw_code`."""
    check(by, "stock.code.withdrawn", PERMISSIONS)
    found = OwnUnit.objects.select_for_update(of=("self",)).select_related("distributor")
    unit = found.filter(pk=unit_id, distributor__in=visible(by, at=at).filter(code=distributor_code)).first()
    if unit is None:
        raise NotFound("No such unit.")
    figures = {"word": unit.word, "meaning": unit.meaning}
    unit.delete()
    access.record(
        "stock.code.withdrawn",
        by=by,
        at=at,
        subject=("own_unit", unit_id),
        distributor_code=unit.distributor.code,
        figures=figures,
    )
