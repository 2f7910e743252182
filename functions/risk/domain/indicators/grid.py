"""How a grid is written down: one domain's common parts, and one line for each place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from risk.domain.indicators.definition import (
    DECIMALS,
    Calculation,
    Condition,
    Definition,
    Unit,
    Where,
)
from risk.domain.indicators.months import Window
from risk.domain.indicators.terms import ALL, VALUE, Term, names


def among(field: str, *values: object) -> Condition:
    """The field is one of the values."""
    return Condition(field, "in", values)


def at_least(field: str, value: int) -> Condition:
    """The field is `value` or more."""
    return Condition(field, "ge", (value,))


def below(field: str, value: int) -> Condition:
    """The field is less than `value`."""
    return Condition(field, "lt", (value,))


def not_ended(field: str) -> Condition:
    """What the date ends had not ended at the moment."""
    return Condition(field, "open")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an indicator stands in its domain, in terms."""

    measure: Term
    filter: Term
    window: Window
    agg: Term


@dataclass(frozen=True, slots=True)
class Rows:
    """A table whose rows a grid looks at, and the rule that its places have in common."""

    subject: str
    domain: str
    how: Calculation

    def place(
        self,
        where: Place,
        unit: Unit,
        *,
        decimals: int | None = None,
        conditions: Where | None = None,
        **changes: object,
    ) -> Definition:
        """The definition of one place; `changes` are fields of its calculation."""
        how = replace(self.how, **changes)  # type: ignore[arg-type]
        if conditions is not None:
            how = replace(how, where=(*self.how.where, *conditions))
        name_zh, name_en = names(where.measure, where.filter, where.window, where.agg)
        return Definition(
            subject=self.subject,
            domain=self.domain,
            measure=where.measure.code,
            filter=where.filter.code,
            window=where.window,
            agg=where.agg.code,
            unit=unit,
            decimals=DECIMALS[unit] if decimals is None else decimals,
            name_zh=name_zh,
            name_en=name_en,
            calculation=how,
        )


@dataclass(frozen=True, slots=True)
class SnapshotPlace:
    """One indicator that is read off a document's snapshot."""

    measure: Term
    agg: str
    unit: Unit
    value: str
    base_value: str | None = None


def snapshot_grid(
    subject: str, domain: str, product: str, places: tuple[SnapshotPlace, ...]
) -> Iterator[Definition]:
    """Indicators of the picture that a document gives of a single day."""
    rows = Rows(subject, domain, Calculation(agg="", product=product, table="snapshot"))
    for one in places:
        yield rows.place(
            Place(one.measure, ALL, Window.NOW, VALUE),
            one.unit,
            agg=one.agg,
            value=one.value,
            base_value=one.base_value,
            last_state=True,
        )
