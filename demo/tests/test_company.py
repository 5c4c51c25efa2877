"""The demo's files are real: what the clerks write is read back line by line."""

from datetime import date, datetime
from functools import cache

import pytest

from channelkeeper.sheets import guard
from channelkeeper.stock import sheet
from channelkeeper.stock.sheet import KnownProduct, Sender
from demo import clerks, messy, simulate, workbooks

LAST_WEEK = date(2026, 11, 16)


@cache
def made() -> simulate.Company:
    return simulate.simulate(LAST_WEEK)


def sender() -> Sender:
    products = made().products
    known = tuple(KnownProduct(one.code, one.gtin, one.name_zh, one.name_en, one.units_per_case) for one in products)
    return Sender(products=known, own_codes={}, units={})


def test_the_company_has_its_size_and_is_the_same_again() -> None:
    again = simulate.simulate(LAST_WEEK)
    assert (len(made().offices), len(made().reps), len(made().distributors), len(made().products)) == (3, 10, 60, 80)
    assert made().week(simulate.WEEKS - 1) == LAST_WEEK
    assert [ledger.sold.sum() for ledger in again.ledgers] == [ledger.sold.sum() for ledger in made().ledgers]


def test_every_ledger_balances_in_every_week() -> None:
    for ledger in made().ledgers:
        left = ledger.opening + ledger.received - ledger.sold - ledger.gifts - ledger.losses
        assert (left == ledger.closing).all()
        assert (ledger.opening[1:] == ledger.closing[:-1]).all()
        assert (ledger.closing >= 0).all()


@pytest.mark.parametrize("layout", range(len(workbooks.LAYOUTS)))
def test_every_clerks_layout_is_read_as_it_was_meant(layout: int) -> None:
    place = next(index for index, one in enumerate(made().distributors) if one.layout == layout and not one.manners)
    one = made().distributors[place]
    lines = clerks._lines(made(), place, 60)
    name, content = workbooks.write(layout, one.name_zh, one.name_en, made().week(60), lines)
    found = sheet.read(guard.read_workbook(content, name), sender=sender())
    assert (found.status, found.week) == ("accepted", made().week(60))
    read = {line.product: (line.opening, line.received, line.sold, line.closing) for line in found.lines}
    assert read == {line.code: (line.opening, line.received, line.sold, line.closing) for line in lines}


def test_the_tired_clerks_file_has_two_places_that_hold_it_back_and_two_to_look_at() -> None:
    place = next(index for index, one in enumerate(made().distributors) if one.manners == "messy")
    name, content = messy.write(made().distributors[place].name_zh, LAST_WEEK, clerks._lines(made(), place, 103))
    found = sheet.read(guard.read_workbook(content, name), sender=sender())
    assert [fault.cell for fault in found.faults] == ["F6"]
    assert [question.cell for question in found.questions] == ["A21"]
    assert "I10" in {remark.cell for remark in found.remarks}


def test_who_is_late_comes_on_wednesday_and_the_others_on_monday() -> None:
    now = datetime.fromisoformat("2026-12-01T12:00:00+08:00")
    days = {
        one.manners: clerks._received_at(made(), place, 100, now).strftime("%a")
        for place, one in enumerate(made().distributors)
        if one.manners in ("", "late") and (100 * 7 + place) % 3
    }
    assert days == {"": "Mon", "late": "Wed"}
