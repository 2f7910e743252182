"""One warning for a debtor and a signal (预警去重): new, graver, seen again, or quiet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from servicing.domain.warning.colour import Colour
from servicing.domain.warning.findings import Finding
from servicing.domain.warning.rules import WarningRules
from servicing.domain.warning.warning import Debtor, LoanWarning, Measure, Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a finding makes: a warning to write (None: it stays quiet), and the colour to announce.

    `announced` is None where nothing is new: only evidence was added.
    """

    warning: LoanWarning | None
    announced: Colour | None = None


def told(
    debtor: Debtor, finding: Finding, seen: Seen, last: LoanWarning | None, rules: WarningRules
) -> Told:
    """While a warning is open a finding adds to it; after its end it must be graver, or later.

    Later is after the quiet period, counted from the closing of the last one; there
    is none after a warning that ended with its loan.
    """
    if last is None:
        return _new(debtor, finding, seen, 1, rules)
    if not last.is_closed:
        again = last.seen_again(seen)
        if again == last:
            return Told(warning=None)
        rose = again.colour.weight > last.colour.weight
        return Told(warning=again, announced=again.colour if rose else None)
    if any((one.run, one.loan_id) == (seen.run, seen.loan_id) for one in last.seen):
        return Told(warning=None)
    graver = finding.colour.weight > last.colour.weight
    if graver or _is_loud(last, seen.at, rules):
        return _new(debtor, finding, seen, last.episode + 1, rules)
    return Told(warning=None)


def _new(debtor: Debtor, finding: Finding, seen: Seen, episode: int, rules: WarningRules) -> Told:
    made = LoanWarning.raised(debtor, finding, seen, episode, rules)
    return Told(warning=made, announced=made.colour)


def _is_loud(last: LoanWarning, now: datetime, rules: WarningRules) -> bool:
    if last.disposal is not None and last.disposal.measure is Measure.LOAN_SETTLED:
        return True  # Nobody has looked at what was warned of, so another loan's finding counts.
    closed_at = last.closed_at
    return closed_at is None or now >= closed_at + timedelta(days=rules.quiet_days)
