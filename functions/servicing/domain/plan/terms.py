"""What lender and borrower agreed to, as far as it decides the plan (还款计划要素)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from servicing.domain.errors import PlanNotPossible
from servicing.domain.plan.choices import (
    ACTUAL,
    DAYS,
    MONTHS,
    HeadTail,
    HolidayShift,
    InterestCalc,
    Rounding,
)

FIRST_YEAR: Final = 1990
LAST_YEAR: Final = 2200
MAX_INSTALMENTS: Final = 1_200
FIXED_METHODS: Final = ("EQUAL_INSTALLMENT", "FLAT")
YEAR_DAYS: Final = (360, 364, 365)
DECIMALS: Final = range(-4, 9)
"""From whole ten thousands to a hundred-millionth: -2 rounds to 100, 2 to the 分."""

UNITS: Final = {
    "DAY": (DAYS, 1),
    "DAYS": (DAYS, 1),
    "WEEK": (DAYS, 7),
    "WEEKS": (DAYS, 7),
    "MONTH": (MONTHS, 1),
    "MONTHS": (MONTHS, 1),
    "YEAR": (MONTHS, 12),
    "YEARS": (MONTHS, 12),
}


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often instalments fall due: so many days or so many months.

    >>> Frequency.of("2 WEEK").every, Frequency.of("1 YEAR").every
    (14, 12)
    """

    every: int
    unit: str
    weekly: bool = False
    """Said in weeks: by period, a week is 1/52 of a year, not 7 days of it."""

    @classmethod
    def of(cls, text: str) -> Frequency:
        """Read `1 MONTH`, `2 WEEK`, `15 DAYS`, `1 YEAR`."""
        count, _, unit = text.strip().upper().partition(" ")
        unit = unit.strip()
        if not count.isdecimal() or not 1 <= int(count) <= MAX_INSTALMENTS or unit not in UNITS:
            raise PlanNotPossible(
                f"a frequency is a number and DAYS, WEEK, MONTH or YEAR, not {text!r}",
                field="frequency",
                rule="frequency.form",
            )
        base, times = UNITS[unit]
        return cls(every=int(count) * times, unit=base, weekly=unit.startswith("WEEK"))


MONTHLY: Final = Frequency(1, MONTHS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """Something that the borrower pays besides principal and interest (费用)."""

    name: str
    amount: Decimal
    date: date
    payee: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTerms:
    """Amounts are in whole units (元); `docs/repayment-plans.md` says what each term means."""

    principal: Decimal
    annual_rate_pct: Decimal
    disbursement_date: date
    method: str
    n: int | None = None
    maturity_date: date | None = None
    frequency: Frequency = MONTHLY
    first_due_date: date | None = None
    interest_calc: InterestCalc = InterestCalc.PERIOD
    year_days: int | Literal["ACTUAL"] = 360
    month_days: int | Literal["ACTUAL"] = "ACTUAL"
    rounding: Rounding = Rounding.HALF_UP
    decimals: int = 2
    interest_decimals: int | None = None
    """Fewer than `decimals`: interest alone is rounded to them."""
    installment_multiple_of: Decimal | None = None
    principal_multiple_of: Decimal | None = None
    fixed_installment: Decimal | None = None
    percent: Decimal | None = None
    amortised_over: int | None = None
    """气球贷: instalments are sized as if there were so many; the last one repays the rest."""
    first_by_days: bool = False
    """首期按实际天数: the first period bears interest by its days, beside a regular principal."""
    principal_grace: int = 0
    interest_grace: int = 0
    head_tail: HeadTail = HeadTail.HEAD
    holiday_shift: HolidayShift = HolidayShift.NONE
    holidays: frozenset[date] = frozenset()
    fees: tuple[Fee, ...] = ()
    overdue_interest: bool = True

    def __post_init__(self) -> None:
        """Refuse terms that no plan could follow, naming the term and the rule."""
        checks = (*self._amounts(), *self._dates(), *self._counts(), *self._lengths())
        for field, rule, kept, sentence in checks:
            if not kept:
                raise PlanNotPossible(sentence, field=field, rule=f"{field}.{rule}")

    def _amounts(self) -> tuple[tuple[str, str, bool, str], ...]:
        optional = {
            "installment_multiple_of": self.installment_multiple_of,
            "principal_multiple_of": self.principal_multiple_of,
            "fixed_installment": self.fixed_installment,
        }
        return (
            ("principal", "positive", self.principal > 0, "a loan has a positive principal"),
            ("annual_rate_pct", "min", self.annual_rate_pct >= 0, "a rate is 0 or more"),
            *(
                (name, "positive", amount is None or amount > 0, f"{name} is above 0")
                for name, amount in optional.items()
            ),
            (
                "fixed_installment",
                "method",
                self.fixed_installment is None or self.method in FIXED_METHODS,
                "only equal instalments can be fixed: EQUAL_INSTALLMENT and FLAT",
            ),
            (
                "percent",
                "range",
                self.percent is None or 0 < self.percent <= 100,
                "a share of the principal is above 0 and at most 100 percent",
            ),
        )

    def _dates(self) -> tuple[tuple[str, str, bool, str], ...]:
        start = self.disbursement_date
        return (
            (
                "disbursement_date",
                "range",
                FIRST_YEAR <= start.year <= LAST_YEAR,
                f"a loan starts between {FIRST_YEAR} and {LAST_YEAR}",
            ),
            (
                "first_due_date",
                "after_disbursement",
                self.first_due_date is None or self.first_due_date > start,
                "the first instalment falls due after the disbursement",
            ),
            (
                "maturity_date",
                "after_disbursement",
                self.maturity_date is None or self.maturity_date > start,
                "a loan matures after its disbursement",
            ),
        )

    def _counts(self) -> tuple[tuple[str, str, bool, str], ...]:
        ends = self.n or self.maturity_date or self.fixed_installment
        return (
            (
                "n",
                "range",
                self.n is None or 1 <= self.n <= MAX_INSTALMENTS,
                f"a plan has 1 to {MAX_INSTALMENTS} instalments",
            ),
            ("n", "required", ends is not None, "say `n`, `maturity_date` or `fixed_installment`"),
            ("decimals", "range", self.decimals in DECIMALS, "decimals are -4 to 8"),
            (
                "year_days",
                "choice",
                self.year_days == ACTUAL or self.year_days in YEAR_DAYS,
                "a year has 360, 364, 365 or ACTUAL days",
            ),
            (
                "month_days",
                "choice",
                self.month_days in (30, ACTUAL),
                "a month has 30 or ACTUAL days",
            ),
        )

    def _lengths(self) -> tuple[tuple[str, str, bool, str], ...]:
        limit = self.n if self.n is not None else MAX_INSTALMENTS
        return (
            (
                "amortised_over",
                "range",
                self.amortised_over is None
                or (self.n or 1) <= self.amortised_over <= MAX_INSTALMENTS,
                "instalments are sized for the term or longer",
            ),
            (
                "principal_grace",
                "range",
                0 <= self.principal_grace < max(limit, 1),
                "principal grace ends before the last instalment",
            ),
            (
                "interest_grace",
                "range",
                0 <= self.interest_grace <= limit,
                "interest grace is at most the whole plan",
            ),
        )
