"""The yearly sales that each source of M15 shows by itself, before they are compared."""

from __future__ import annotations

from dataclasses import dataclass

from risk.domain.models.exact import PPM, part_down, require_not_negative


@dataclass(frozen=True, slots=True, kw_only=True)
class BankFlow:
    """Twelve months of all accounts. Each deduction that is not known makes the source unknown."""

    inflow_fen: int | None
    loan_inflow_fen: int | None
    """Loans drawn, from any lender."""
    own_transfer_fen: int | None
    """Transfers between own accounts and from related parties, 回流 included."""
    other_fen: int | None
    """Refunds, investments redeemed and whatever else is no sale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoices:
    """Twelve months of invoices issued, without tax."""

    gross_fen: int | None
    """Valid blue invoices."""
    red_fen: int | None
    """Red letters (红字), as a positive amount."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Harvest:
    """One crop or herd of a farm in a normal year."""

    name: str
    units_count: int | None
    """亩 under the crop, or animals sold in twelve months."""
    income_per_unit_fen: int | None
    """Sales value of one unit at the price table of the county, yield included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerRule:
    """How much of its sales an industry spends on power, at most."""

    industry: str
    """Section letter of GB/T 4754."""
    cost_share_ppm: int


def bank_sales(flow: BankFlow | None) -> int | None:
    """Inflows without loans, own transfers and what is no sale; never below zero."""
    if flow is None:
        return None
    require_not_negative(flow, *BankFlow.__slots__)
    parts = (flow.inflow_fen, flow.loan_inflow_fen, flow.own_transfer_fen, flow.other_fen)
    known = [part for part in parts if part is not None]
    return max(2 * known[0] - sum(known), 0) if len(known) == len(parts) else None


def invoiced_sales(invoices: Invoices | None) -> int | None:
    """Valid invoices without what red letters took back; never below zero."""
    if invoices is None:
        return None
    require_not_negative(invoices, *Invoices.__slots__)
    if invoices.gross_fen is None or invoices.red_fen is None:
        return None
    return max(invoices.gross_fen - invoices.red_fen, 0)


def power_sales(
    power_cost_fen: int | None, industry: str | None, rules: tuple[PowerRule, ...]
) -> int | None:
    """The sales that a year's power bill carries; unknown where the industry has no rule.

    No share is assumed for an unknown industry: a lower figure could agree with another source by
    accident, and so raise what is recognised.
    """
    shares = {rule.industry: rule.cost_share_ppm for rule in rules}
    share = None if industry is None else shares.get(industry)
    return None if power_cost_fen is None or share is None else power_cost_fen * PPM // share


def farm_sales(harvests: tuple[Harvest, ...] | None, haircut_ppm: int) -> int | None:
    """Units times value, less a haircut for weather and price; unknown where one part is."""
    if harvests is None:
        return None
    total = 0
    for harvest in harvests:
        require_not_negative(harvest, "units_count", "income_per_unit_fen")
        if harvest.units_count is None or harvest.income_per_unit_fen is None:
            return None
        total += harvest.units_count * harvest.income_per_unit_fen
    return part_down(total, PPM - haircut_ppm)
