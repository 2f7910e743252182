"""Random invoices for property tests: few parties and days, so that everything happens often."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from tests.support.risk import AS_OF, Row, an_invoice, numbered

FIRST_DAY = date(2023, 8, 1)
LAST_DAY = date(2026, 7, 31)
AMOUNTS = st.one_of(
    st.integers(-50_000_000, 50_000_000),
    st.sampled_from([0, 1, -1, 100, 33_333, 10**13, -(10**13)]),
)


def invoices(
    first: date = FIRST_DAY, last: date = LAST_DAY, max_size: int = 60
) -> st.SearchStrategy[list[Row]]:
    """A firm's invoices between two days, numbered."""
    days = st.integers(0, (last - first).days).map(lambda offset: first + timedelta(days=offset))
    row = st.builds(
        lambda direction, day, party, amount, status: an_invoice(
            direction=direction,
            issued_on=day,
            counterparty=party,
            amount_fen=amount,
            status=status,
        ),
        st.sampled_from(["out", "out", "in"]),
        days,
        st.sampled_from(["B1", "B2", "B3", "S1", "S2"]),
        AMOUNTS,
        st.sampled_from(["valid", "valid", "valid", "void"]),
    )
    return st.lists(row, max_size=max_size).map(numbered)


MOMENTS = st.sampled_from(
    [AS_OF, date(2026, 8, 17), date(2026, 7, 31), date(2026, 2, 28), date(2025, 9, 1)]
)
