"""A penalty for misuse rests on what fund tracing found and two people confirmed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from infra.simulation.in_memory_warnings import InMemoryFundUses, InMemoryWarnings
from puhui.clock import FixedBusinessCalendar
from puhui.money import Money
from servicing.domain.account.events import Misuse
from servicing.domain.errors import EventRefused
from servicing.domain.fund_use.trace import FundTrace
from servicing.domain.warning.colour import Colour
from servicing.domain.warning.warning import Disposal, Measure, WarningState
from servicing.usecases.check_misuse import CheckMisuse
from servicing.usecases.decide_change import ApproveChange, Decision
from servicing.usecases.record_event import RecordEvent
from servicing.usecases.request_change import AskedChange, RequestChange
from tests.support.loan_accounts import on
from tests.support.servicing import NORTH, MemoryWorld, a_disbursed_loan
from tests.support.warnings import NINE, a_finding, a_warning, seen

CALENDAR = FixedBusinessCalendar(on(30))
TRUE = Disposal(
    measure=Measure.FREEZE_DRAWDOWN, text="属实", documents=("doc-1",), made_by="rm-1",
    made_at=NINE, agreed=True, checked_by="rm-2", checked_at=NINE,
)  # fmt: skip
FALSE = replace(TRUE, measure=Measure.FALSE_ALARM)


class Desk:
    """A loan whose money was traced, and the warning that came of it."""

    def __init__(self) -> None:
        self.world = MemoryWorld()
        self.loan_id = a_disbursed_loan(self.world).loan_id
        self.warnings, self.traces = InMemoryWarnings(), InMemoryFundUses()
        trace = FundTrace(
            loan_id=self.loan_id, traced_on=on(20), lines=3, level="misuse",
            misuse_fen=8_000_000, unexplained_fen=1_000_000,
        )  # fmt: skip
        self.traces.add(NORTH, trace, "batch-1", ())

    def warned(
        self, state: WarningState = WarningState.DISPOSED, disposal: Disposal = TRUE,
        signal: str = "FUND_USE", loan_id: str = "",
    ) -> str:  # fmt: skip
        """The warning as people left it."""
        sighting = replace(seen(a_finding(Colour.RED)), loan_id=loan_id or self.loan_id)
        warning = a_warning(
            Colour.RED, signal=signal, seen=(sighting,), state=state, disposals=(disposal,)
        )
        self.warnings.write(warning, ())
        return warning.warning_id

    def ask(self, fen: int, warning_id: str | None) -> str:
        """The maker asks for the penalty from the day of the payment on."""
        request = RequestChange(
            self.world.loan_books, self.world.requests, self.world.clock, CALENDAR,
            CheckMisuse(self.warnings, self.traces),
        )  # fmt: skip
        asked = AskedChange(
            bank_id=NORTH, loan_id=self.loan_id, request_id="chg-1", maker="maker",
            what=Misuse(amount=Money(fen), reason="购买理财", warning_id=warning_id),
            value_date=on(10),
        )  # fmt: skip
        return request(asked).request_id

    def approve(self) -> None:
        """Another person agrees."""
        record = RecordEvent(self.world.loan_books, self.world.clock, CALENDAR)
        approve = ApproveChange(self.world.requests, record, self.world.clock)
        approve(
            Decision(bank_id=NORTH, loan_id=self.loan_id, request_id="chg-1", checker="checker")
        )


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_confirmed_finding_becomes_a_penalty_from_its_value_date(desk: Desk) -> None:
    desk.ask(9_000_000, desk.warned())

    desk.approve()

    position = desk.world.loan_books.get(NORTH, desk.loan_id).position
    assert position.misused_principal == Money(9_000_000)
    assert position.penalty_due == Money(217_50), "90,000 × 4.35 % × 20 ÷ 360, back-dated"


def test_misuse_that_was_found_otherwise_names_no_warning(desk: Desk) -> None:
    desk.ask(30_000_000, None)

    desk.approve()

    position = desk.world.loan_books.get(NORTH, desk.loan_id).position
    assert position.misused_principal == Money(30_000_000)


def test_more_than_was_traced_is_refused(desk: Desk) -> None:
    with pytest.raises(EventRefused) as refused:
        desk.ask(9_000_001, desk.warned())

    assert (refused.value.field, refused.value.rule) == ("amount", "misuse.traced_amount")


@pytest.mark.parametrize(
    "changes",
    [
        {"state": WarningState.OPEN},
        {"state": WarningState.DISPOSING},
        {"state": WarningState.FALSE_ALARM, "disposal": FALSE},
        {"disposal": replace(TRUE, measure=Measure.LOAN_SETTLED)},
        {"signal": "FUND_ENTRUSTED_BYPASSED"},
        {"loan_id": "loan-elsewhere"},
    ],
)
def test_a_warning_that_does_not_say_so_is_no_ground(desk: Desk, changes: dict[str, str]) -> None:
    warning_id = desk.warned(**changes)  # type: ignore[arg-type]

    with pytest.raises(EventRefused) as refused:
        desk.ask(100, warning_id)

    assert (refused.value.field, refused.value.rule) == ("warning_id", "misuse.finding")


def test_an_unknown_warning_is_no_ground(desk: Desk) -> None:
    with pytest.raises(EventRefused) as refused:
        desk.ask(100, "wrn-unknown")

    assert refused.value.rule == "misuse.finding"
