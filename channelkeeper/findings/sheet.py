"""Findings as a table to be taken along."""

from collections.abc import Sequence

from channelkeeper.core import weeks
from channelkeeper.findings import sentences
from channelkeeper.findings.queries import FindingView
from channelkeeper.sheets.columns import Column, Typed

COLUMNS = (
    Column("id", ("编号",), ("Number",), "units"),
    Column("distributor", ("经销商编码",), ("Distributor code",), "code"),
    Column("name", ("经销商",), ("Distributor",), width=20),
    Column("kind", ("类别",), ("Kind",), width=12),
    Column("said", ("发现",), ("Finding",), width=60),
    Column("subject", ("涉及品种",), ("About",), "code"),
    Column("first_week", ("首次",), ("First seen",)),
    Column("week", ("最近",), ("Last seen",)),
    Column("stake", ("涉及（元）",), ("At stake, yuan",), "money"),
    Column("good", ("做得好",), ("Goes well",), "yes_no"),
    Column("certainty", ("依据",), ("How sure",), width=10),
    Column("state", ("状态",), ("State",), width=10),
    Column("disputed", ("有异议",), ("Disputed",), "yes_no"),
    Column("rule", ("规则",), ("Rule",)),
)


def row(view: FindingView, *, certainty: str, state: str, language: str) -> dict[str, Typed]:
    """Return a finding as a row; its certainty and state in the reader's words."""
    return {
        "id": view.id,
        "distributor": view.distributor_code,
        "name": view.distributor_name(language),
        "kind": sentences.kind_name(view.kind, language),
        "said": view.said(language),
        "subject": view.subject or None,
        "first_week": weeks.label(view.first_week),
        "week": weeks.label(view.week),
        "stake": view.stake,
        "good": view.positive,
        "certainty": certainty,
        "state": state,
        "disputed": view.disputed,
        "rule": view.rule,
    }


def name(views: Sequence[FindingView], code: str) -> str:
    """Return what the file is called: after the distributor where it is of one."""
    return f"findings-{code}" if code and views else "findings"
