"""社保公积金 SSF: what is paid for the owner, and for how many people the firm pays; 46."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Final

from risk.domain.indicators.definition import Calculation, Definition, Unit
from risk.domain.indicators.grid import Place, Rows, SnapshotPlace, among, snapshot_grid
from risk.domain.indicators.months import Window
from risk.domain.indicators.terms import ALL, CHANGE, LAST, Term

SOCIAL_SECURITY: Final = "social_security/1"
CONTRIBUTIONS: Final = Rows(
    "own",
    "ssf",
    Calculation(agg="", product=SOCIAL_SECURITY, table="contributions", date="month"),
)
HEADCOUNTS: Final = Rows(
    "ent", "ssf", Calculation(agg="", product=SOCIAL_SECURITY, table="headcounts", date="month")
)
KINDS: Final = (Term("social", "社保", "social insurance"), Term("fund", "公积金", "housing fund"))
MEASURES: Final = (
    (Term("paid_month", "实缴月数", "months paid"), "active_month", Unit.MONTH, None),
    (Term("base_avg", "平均缴存基数", "average base"), "mean", Unit.YUAN, "base_fen"),
    (Term("base_change", "缴存基数变化率", "change of the base"), "change", Unit.RATIO, "base_fen"),
    (Term("break_month", "断缴月数", "months not paid"), "zero_month", Unit.MONTH, None),
)
STAFF: Final = (
    (Term("insured", "参保人数", "insured staff"), "insured"),
    (Term("joined", "新增参保人数", "staff joined"), "joined"),
    (Term("left", "减少参保人数", "staff left"), "left"),
)

SNAPSHOT_PLACES: Final = (
    SnapshotPlace(
        Term(
            "social_status",
            "社保状态（1正常，2暂停，3无）",
            "social insurance, 1 is active",
        ),
        "field",
        Unit.LEVEL,
        "social_status",
    ),
    SnapshotPlace(
        Term("fund_status", "公积金状态（1正常，2暂停，3无）", "housing fund, 1 is active"),
        "field",
        Unit.LEVEL,
        "fund_status",
    ),
    SnapshotPlace(
        Term("fund_balance", "公积金余额", "balance of the housing fund"),
        "field",
        Unit.YUAN,
        "fund_balance_fen",
    ),
    SnapshotPlace(
        Term("first_paid_age", "首次缴存距今月数", "months since the first contribution"),
        "months_since",
        Unit.MONTH,
        "first_paid_on",
    ),
)


def social_security_grid() -> Iterator[Definition]:
    """All of the domain, in the catalogue's order."""
    windows = (Window.L6M, Window.L12M, Window.L24M)
    contribution = Term("contribution", "", "contributions")
    for kind, window, (agg, rule, unit, value) in product(KINDS, windows, MEASURES):
        conditions = (among("kind", kind.code), among("state", "paid"))
        place = Place(contribution, kind, window, agg)
        yield CONTRIBUTIONS.place(place, unit, conditions=conditions, agg=rule, value=value)
    social = (among("kind", "social"),)
    for (measure, value), window in product(STAFF, (Window.L3M, Window.L6M, Window.L12M)):
        place = Place(measure, ALL, window, LAST)
        yield HEADCOUNTS.place(place, Unit.COUNT, conditions=social, agg="last", value=value)
        place = Place(measure, ALL, window, CHANGE)
        yield HEADCOUNTS.place(place, Unit.RATIO, conditions=social, agg="change", value=value)
    yield from snapshot_grid(
        "own",
        "ssf",
        SOCIAL_SECURITY,
        SNAPSHOT_PLACES,
    )
