"""首期按实际天数计算: a first period that is longer or shorter than the others (FST_PAY_FLG).

Its interest is counted by its days; its principal is that of a regular first instalment, so that
all later instalments are as if the first period had been regular.
"""

from __future__ import annotations

from servicing.domain.plan.calendar import Period
from servicing.domain.plan.terms import PlanTerms


def counts_by_days(terms: PlanTerms, period: Period) -> bool:
    """Whether this is a first period that is counted by its days."""
    return terms.first_by_days and period.n == 1
