"""All indicators of an applicant as of a moment, from columns: one plan, exact integers.

    values = compute({"invoice/1": fact, "tax/1": other}, AsOf(day))
    values["ent.inv.out_valid_amt.all.l12m.sum"]

Each row is placed once between the edges of all windows and in its class of conditions, and the
rows are added up by both; a window is then a sum over few cells. Nothing loops over indicators
but the few rules that look at single rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from puhui.columns import FactColumns, day_number
from risk.domain.facts import Fact
from risk.domain.indicators.bank_rules import fill_bank
from risk.domain.indicators.cells import cells_of
from risk.domain.indicators.families import fill, fill_variations
from risk.domain.indicators.library import ALL_DEFINITIONS
from risk.domain.indicators.moment import MONTHS, Moment, moment_of
from risk.domain.indicators.months import AsOf
from risk.domain.indicators.party_rules import fill_parties
from risk.domain.indicators.plan import Plan, plan
from risk.domain.indicators.result import Result
from risk.domain.indicators.row_rules import fill_rows
from risk.domain.indicators.snapshot_rules import fill_derived, fill_snapshots
from risk.domain.indicators.values import STATES, State
from risk.domain.indicators.vector import PLACES, IndicatorVector

STALE_AFTER_DAYS: Final = {"utility/1": 45, "agriculture/1": 190}
USUAL_STALE_AFTER_DAYS: Final = 15
"""A document may end so many days before the last full month does; an older one is stale."""
FRESH_WITHIN_DAYS: Final = 3
"""For a window of days the document must reach to so many days before the moment."""
_NUMBER: Final = {state: number for number, state in enumerate(STATES)}
_DECIMALS: Final = {one.id: one.decimals for one in ALL_DEFINITIONS}


def compute(facts: Mapping[str, Fact], as_of: AsOf) -> IndicatorVector:
    """Every indicator of the library; a product without a fact is missing."""
    compiled, moment = plan(), moment_of(as_of)
    columns = {
        product: fact.columns
        for product, fact in facts.items()
        if fact.columns is not None and fact.state is State.OK
    }
    result = Result(_states(compiled, facts, columns, moment))
    cells = cells_of(compiled, columns, moment)
    fill(compiled, cells, result)
    fill_variations(compiled.singles["cv"], cells, result)
    fill_parties(compiled.singles, cells, result)
    fill_rows(compiled.singles, cells, result)
    fill_bank(compiled.singles, cells, result)
    fill_snapshots(compiled.singles, columns, moment, result)
    fill_derived(compiled.singles, PLACES, _DECIMALS, result)
    return IndicatorVector(result.states, result.scaled)


def _states(
    compiled: Plan,
    facts: Mapping[str, Fact],
    columns: Mapping[str, FactColumns],
    moment: Moment,
) -> NDArray[np.uint8]:
    """What the documents themselves say of each indicator, before any row is looked at."""
    of_product, history = [], []
    first_day, period_to = [], []
    for product in compiled.products:
        fact, found = facts.get(product), columns.get(product)
        of_product.append(_NUMBER[document_state(product, fact, moment.as_of)])
        reach, first, last = (MONTHS, 0, 0) if found is None else _reach(found, moment)
        history.append(reach)
        first_day.append(first)
        period_to.append(last)
    for filler in (of_product, history, first_day, period_to):
        filler.append(0)  # what is derived has no document of its own
    mine = compiled.product_of
    states = np.array(of_product, np.uint8)[mine]
    ok = states == 0
    ends = np.array(period_to)[mine]
    stale = ok & compiled.fresh & (ends < moment.day - FRESH_WITHIN_DAYS)
    missing = ok & compiled.last_state & (ends > moment.day)
    short = np.where(
        compiled.fresh,
        np.array(first_day)[mine] > moment.day - compiled.day_window + 1,
        compiled.history > np.array(history)[mine],
    )
    missing |= ok & compiled.dated_in_period & short
    states[missing] = _NUMBER[State.MISSING]
    states[stale] = _NUMBER[State.STALE]
    return states


def document_state(product: str, fact: Fact | None, as_of: AsOf) -> State:
    """Whether a product's document counts at a moment: one that ends too early is stale."""
    if fact is None:
        return State.MISSING
    if fact.columns is None or fact.state is not State.OK:
        return State.MISSING if fact.state is State.OK else fact.state
    allowed = STALE_AFTER_DAYS.get(product, USUAL_STALE_AFTER_DAYS)
    if fact.columns.period_to < as_of.last_day - timedelta(days=allowed):
        return State.STALE
    return State.OK


def _reach(columns: FactColumns, moment: Moment) -> tuple[int, int, int]:
    """How many full months back a document reaches, its first day and its last one."""
    first, last = day_number(columns.period_from), day_number(columns.period_to)
    months = int((moment.edge_days[: MONTHS + 1] >= first).sum()) - 1
    return months, first, last
