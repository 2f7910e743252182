"""What early warning and fund tracing know of a debtor, as classification counts it.

A warning in orange or red that is not closed is an adverse factor for all of the debtor's loans.
That there is none is known only of a loan whose next watch is not overdue.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from servicing.domain.classification.judgement import LoanSignals, Signals
from servicing.domain.fund_use.trace import FUND_USE, FundTrace, signal_reads
from servicing.domain.warning.colour import Colour
from servicing.domain.warning.warning import LoanWarning, WarningState
from servicing.domain.warning.watch import LoanWatch

USE_CHANGED: Final[Mapping[str, bool]] = {"none": False, "misuse": True}
"""M23's level; money that is only suspect is neither, it is not known."""
ZERO: Final = Decimal(0)
NOT_SEEN: Final = Decimal(-1)
OUTSIDE: Final = (".bur.", ".jud.")
"""Bureau and courts, as the ids of indicators name them."""


def signals_of(
    day: date,
    loan_ids: Sequence[str],
    watches: Mapping[str, LoanWatch],
    warnings: Iterable[LoanWarning],
    traces: Mapping[str, FundTrace],
) -> Signals:
    """The signals of a debtor's loans on a day."""
    known = list(warnings)
    warned = any(not one.is_closed and one.colour.weight >= Colour.ORANGE.weight for one in known)
    asked = [_outside_facts_on(watch) for watch in watches.values()]
    return Signals(
        outside_facts_on=max((on for on in asked if on is not None), default=None),
        loans=tuple(
            LoanSignals(
                loan_id=loan_id,
                adverse_factors=True if warned else _none_found(watches.get(loan_id), day),
                use_changed=_use_changed(traces.get(loan_id), known),
            )
            for loan_id in loan_ids
        ),
    )


def _none_found(watch: LoanWatch | None, day: date) -> bool | None:
    looked = watch is not None and watch.watched_on is not None and watch.next_on >= day
    return False if looked else None


def _use_changed(trace: FundTrace | None, warnings: Iterable[LoanWarning]) -> bool | None:
    if trace is None:
        return None
    changed = USE_CHANGED.get(trace.level)
    if changed and any(_refutes(one, trace) for one in warnings):
        return False
    return changed


def _refutes(warning: LoanWarning, trace: FundTrace) -> bool:
    """Two people took the misuse for a false alarm, and the trace found nothing since.

    Another signal than they saw on this loan, or more of one, stands until they see it.
    """
    if warning.signal != FUND_USE or warning.state is not WarningState.FALSE_ALARM:
        return False
    judged: dict[str, Decimal] = {}
    for seen in warning.seen:
        if seen.loan_id == trace.loan_id:
            for why in seen.evidence:
                judged[why.reads] = max(judged.get(why.reads, ZERO), why.measure or ZERO)
    return bool(judged) and all(
        fen <= judged.get(signal_reads(code), NOT_SEEN) for code, _, fen in trace.signals
    )


def _outside_facts_on(watch: LoanWatch) -> date | None:
    """The day of the older of both; None while either was never asked."""
    known = {**watch.at_approval, **watch.last}
    days = [
        max((one.on for name, one in known.items() if domain in name), default=None)
        for domain in OUTSIDE
    ]
    told = [on for on in days if on is not None]
    return min(told) if len(told) == len(OUTSIDE) else None
