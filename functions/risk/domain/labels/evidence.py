"""What is known of a borrower for the labels; whatever is not known is None."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.contracts.party import CustomerKind


@dataclass(frozen=True, slots=True, kw_only=True)
class BureauHistory:
    """What the bureau report says of the time before a day."""

    loans: bool | None = None
    """Any loan account, or a first loan's date."""
    accounts: bool | None = None
    """Any credit account: loans, cards, guarantees."""
    anything: bool | None = None
    """Any row at all: accounts, queries, public records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelEvidence:
    """Optional facts of one borrower on one day."""

    customer_kind: CustomerKind
    industry_section: str
    region_code: str
    industry_code: str | None = None
    """GB/T 4754, two to four digits."""
    headcount: int | None = None
    revenue_fen: int | None = None
    """Of the last year."""
    assets_fen: int | None = None
    granted_fen: int = 0
    """The line that this decision gives or proposes."""
    lines_here_fen: int | None = None
    """Lines that the customer is seen to have at this bank already; a household's or group's
    other members are not among them, so it is a least value."""
    total_line_fen: int | None = None
    """The whole line of the household or group at this bank, this loan included."""
    business_purpose: bool | None = None
    owns_small_firm: bool | None = None
    """A person who owns a small or micro firm (小微企业主)."""
    is_farmer: bool | None = None
    bureau: BureauHistory = BureauHistory()
    loans_here: bool | None = None
    """Any loan of this bank before this one."""

    @property
    def least_line_fen(self) -> int:
        """What the whole line is at least."""
        return self.granted_fen + (self.lines_here_fen or 0)
