"""Trace fund use (资金用途监测): keep the lines, ask the models over all, warn of misuse."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from puhui.clock import BusinessCalendar
from puhui.contracts.risk import ModelAnswer
from puhui.tenancy import BankId
from servicing.domain.errors import FundUseMismatch
from servicing.domain.fund_use.trace import (
    FundTrace,
    ModelVersion,
    assessed,
    fund_findings,
    monitor_inputs,
    payment_inputs,
)
from servicing.domain.fund_use.use import MAX_LINES, Drawdown, Payee, UseLine, merged
from servicing.domain.model_errors import ModelAbsent
from servicing.model_ports import ModelAnswers
from servicing.usecases.raise_findings import RaiseFindings
from servicing.warning_ports import FundUses, Watches

MONITOR: Final = "fund_use_monitor"
PAYMENT_CHECK: Final = "drawdown_payment_check"


@dataclass(frozen=True)
class TraceFundUse:
    """Trace a loan's money with new lines; the same lines again change nothing.

    Without `risk` the lines are kept, the trace says that it is not assessed, and a warning says so
    too. A model that is deployed and cannot be asked refuses the call: whoever brought the lines
    brings them again.
    """

    fund_uses: FundUses
    watches: Watches
    models: ModelAnswers
    raise_findings: RaiseFindings
    calendar: BusinessCalendar

    def __call__(
        self, bank_id: BankId, drawdown: Drawdown, parties: Payee, lines: Sequence[UseLine]
    ) -> FundTrace:
        watch = self.watches.get(bank_id, drawdown.loan_id)
        every = merged(self.fund_uses.lines(bank_id, drawdown.loan_id), lines)
        if len(every) > MAX_LINES:
            rule = f"must be at most {MAX_LINES} for one loan"
            raise FundUseMismatch(f"the lines {rule}", field="lines", rule=rule)
        today = self.calendar.today(bank_id)
        trace = self._trace(bank_id, drawdown, parties, every, today)
        batch = _batch(lines)
        self.fund_uses.add(bank_id, trace, batch, lines)
        rules = self.raise_findings.rules
        findings = fund_findings(trace, drawdown, rules)
        self.raise_findings(watch, findings, f"fund-{batch}", today)
        for finding in findings:
            sooner = watch.looked_at_sooner(finding.colour, today, rules)
            if sooner != watch:
                self.watches.save(sooner)
                watch = self.watches.get(bank_id, drawdown.loan_id)
        return trace

    def _trace(
        self,
        bank_id: BankId,
        drawdown: Drawdown,
        parties: Payee,
        lines: Sequence[UseLine],
        today: date,
    ) -> FundTrace:
        try:
            monitor = self.models.ask(bank_id, MONITOR, monitor_inputs(drawdown, parties, lines))
            asked = payment_inputs(drawdown, parties, lines)
            payment = None if asked is None else self.models.ask(bank_id, PAYMENT_CHECK, asked)
        except ModelAbsent:
            return FundTrace(
                loan_id=drawdown.loan_id, traced_on=today, lines=len(lines), level="not_assessed"
            )
        return assessed(
            drawdown,
            lines,
            today,
            monitor.answer,
            None if payment is None else payment.answer,
            tuple(_version(one) for one in (monitor, payment) if one is not None),
        )


def _version(answer: ModelAnswer) -> ModelVersion:
    return ModelVersion(
        catalogue_id=answer.catalogue_id, version=answer.version, sha256=answer.sha256
    )


def _batch(lines: Sequence[UseLine]) -> str:
    """The same lines are the same batch, in whatever order."""
    digest = hashlib.sha256("\x1f".join(sorted(line.line_id for line in lines)).encode())
    return digest.hexdigest()[:32]
