"""What a simulation is asked for, and the numbers of the simulated bank that nobody else keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from puhui.tenancy import BankId, bank_id

BANK: Final[BankId] = bank_id("simulation")
BRANCH: Final = "sim-branch"
LABEL: Final = "模拟 SIMULATION"
"""Stands on everything that people read of it."""
PPM_PER_PERCENT: Final = 10_000
NPL_LINE_PPM: Final = 15_000
"""不良率 1.5 %: the line that the product promises to stay below."""
DEFAULT_DAYS: Final = 90
"""Default (违约): more than so many days overdue."""
FRAUD_LINE_PPM: Final = 50_000
BROKER_LINE_PPM: Final = 100_000
"""Above these answers of M04 and M06 a case belongs to a person. ✎ starting values."""
FUNDING_BPS: Final = 200
"""What the bank's money costs: as in functions/risk/parameters/pricing.json ✎."""
LEAST_RATE_BPS: Final = 400
MOST_RATE_BPS: Final = 1_500
LEAST_FEN: Final = 10_000_00
MOST_FEN: Final = {"E": 1_000_000_00, "S": 500_000_00, "F": 300_000_00}
"""The products' ranges ✎."""
TERM_MONTHS: Final = 12
METHOD: Final = {"E": "EQUAL_INSTALLMENT", "S": "EQUAL_PRINCIPAL", "F": "EQUAL_INSTALLMENT"}
PRODUCT_CODE: Final = {"E": "sme-invoice-loan", "S": "owner-loan", "F": "farmer-loan"}
PRODUCT_NAME: Final = {"E": "小微企业发票贷", "S": "个体经营贷", "F": "农户贷"}
SEGMENTS: Final = "ESF"
"""Firms, owners and farmers in turn; the economy's technology firms and consumers do not ask."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """One simulation; the same options give the same bytes."""

    months: int = 24
    applicants: int = 1_000
    seed: str = "42"
    start: date = date(2024, 2, 1)
    daily: bool = False
    max_pd_percent: int = 2
    """Of the scores of owners, firms' owners and farmers: a higher probability is declined."""
    officers: int = 6
    """Who answer warnings, one after another, in working hours."""
    write_off_after_days: int = 360
    asking_percent: int = 75
    """Of the months, those in which people ask for the first time."""
    again_percent: int = 70
    """Of those who have repaid without 30 days of arrears, who ask again in the month after."""

    @property
    def asking_months(self) -> int:
        """In how many of the first months people ask for the first time."""
        return max(self.months * self.asking_percent // 100, 1)
