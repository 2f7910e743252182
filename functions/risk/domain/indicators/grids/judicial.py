"""司法 JUD: lawsuits, enforcement and notices about the firm and its owner; 78 indicators."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Final

from risk.domain.indicators.definition import Calculation, Definition, Unit, Where
from risk.domain.indicators.grid import Place, Rows, among, not_ended
from risk.domain.indicators.months import Window
from risk.domain.indicators.terms import ALL, AMT, CNT, Term

JUDICIAL: Final = "judicial/1"
CASES: Final = Calculation(agg="", product=JUDICIAL, table="cases", date="filed_on")
ENFORCEMENTS: Final = Calculation(
    agg="cnt", product=JUDICIAL, table="enforcements", date="listed_on"
)
NOTICES: Final = Calculation(agg="cnt", product=JUDICIAL, table="notices", date="published_on")
CASE: Final = Term("case", "案件", "cases")
ROLES: Final = (
    Term("defendant", "被告", "as defendant"),
    Term("plaintiff", "原告", "as plaintiff"),
)
CAUSES: Final = (
    Term("loan", "借贷纠纷", "about loans"),
    Term("trade", "买卖纠纷", "about trade"),
    Term("labour", "劳动争议", "about labour"),
    ALL,
)
LISTS: Final = (
    Term("enforced", "被执行", "enforced"),
    Term("dishonest", "失信被执行", "dishonest debtor"),
    Term("restricted", "限制高消费", "restricted consumption"),
    Term("terminated", "终结本次执行", "enforcement terminated"),
)
SUBJECTS: Final = (("ent", "企业", "of the firm"), ("own", "企业主", "of the owner"))
NOTICE_KINDS: Final = (
    Term("bankruptcy", "破产", "bankruptcy"),
    Term("auction", "司法拍卖", "auction"),
    Term("asset_freeze", "财产保全", "asset freeze"),
    Term("hearing", "开庭", "hearing"),
    Term("announcement", "其他", "other"),
)


def judicial_grid() -> Iterator[Definition]:
    """All of the domain, in the catalogue's order; cases are those of the firm or its owner."""
    cases = Rows("ent", "jud", CASES)
    windows = (Window.L12M, Window.L24M, Window.L60M)
    for role, cause, window in product(ROLES, CAUSES, windows):
        conditions: Where = (among("role", role.code),)
        if cause is not ALL:
            conditions = (*conditions, among("cause", cause.code))
        term = role if cause is ALL else role + cause
        place = Place(CASE, term, window, CNT)
        yield cases.place(place, Unit.COUNT, conditions=conditions, agg="cnt")
        place = Place(CASE, term, window, AMT)
        yield cases.place(place, Unit.YUAN, conditions=conditions, agg="sum", value="amount_fen")
    yield from _lists()
    criminal = Term("criminal", "刑事", "criminal")
    yield cases.place(
        Place(CASE, criminal, Window.L60M, CNT),
        Unit.COUNT,
        conditions=(among("criminal", True),),
        agg="cnt",
    )
    notices = Rows("ent", "jud", NOTICES)
    for kind in NOTICE_KINDS:
        place = Place(Term("notice", "公告", "notices"), kind, Window.L24M, CNT)
        yield notices.place(place, Unit.COUNT, conditions=(among("kind", kind.code),))


def _lists() -> Iterator[Definition]:
    for kind, (subject, zh, en) in product(LISTS, SUBJECTS):
        rows = Rows(subject, "jud", ENFORCEMENTS)
        conditions = (among("kind", kind.code), among("subject", subject))
        measure = Term("list", f"{zh}记录", f"records {en}")
        place = Place(measure, kind, Window.NOW, CNT)
        yield rows.place(place, Unit.COUNT, conditions=(*conditions, not_ended("removed_on")))
        for window in (Window.L12M, Window.L24M):
            place = Place(measure, kind, window, CNT)
            yield rows.place(place, Unit.COUNT, conditions=conditions)
