"""What an indicator is: a declared place on a grid, and its whole computation as data."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, Literal

from puhui.fact_schemas import PRODUCTS, Field
from risk.domain.indicators.months import Window

VERSION_CHARACTERS = 12
SNAPSHOT = "snapshot"
MISSING_POLICY = "adverse"
"""Whoever uses an indicator treats one without a value as at least as bad as any value."""
OWNER = "risk"


class Unit(StrEnum):
    """In what an indicator is measured."""

    YUAN = "yuan"
    COUNT = "count"
    RATIO = "ratio"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    FLAG = "flag"
    LEVEL = "level"
    POINT = "point"
    MU = "mu"
    KG = "kg"
    ENERGY = "kwh_or_m3"
    KVA = "kva"
    INDEX = "index"
    SECOND = "second"


DECIMALS: dict[Unit, int] = {
    **dict.fromkeys(Unit, 0),
    Unit.YUAN: 2,
    Unit.RATIO: 4,
    Unit.MU: 2,
    Unit.KG: 2,
    Unit.ENERGY: 2,
    Unit.INDEX: 4,
}
"""Amounts are exact to the 分; ratios are rounded once, for training and scoring alike."""

DERIVED_FROM: dict[tuple[str, str], tuple[str, ...]] = {
    ("payments", "account_product"): (
        "payments.account_no",
        "accounts.account_no",
        "accounts.product",
    ),
    ("returns", "late"): ("returns.due_on", "returns.filed_on"),
    ("rows", "magnitude_fen"): ("rows.amount_fen",),
    ("transactions", "signed_fen"): ("transactions.direction", "transactions.amount_fen"),
    ("transactions", "round"): ("transactions.amount_fen",),
    ("transactions", "night"): ("transactions.booked_hour",),
    ("queries", "night"): ("queries.queried_hour",),
    ("queries", "weekend"): ("queries.queried_on",),
    ("vegetation", "ndvi_anomaly"): ("vegetation.ndvi", "vegetation.ndvi_normal"),
    ("checks", "passed"): ("checks.result",),
}
"""By table and name, the fields of the document behind a field that is derived."""
DERIVED_CODES: dict[tuple[str, str], str] = {("payments", "account_product"): "accounts.product"}
"""The derived fields that hold codes, with the field whose codes they are; others are flags."""
_FLOW = ("transactions.direction",)
_BALANCE = (
    "transactions.account",
    "transactions.sequence",
    "statements.account",
    "statements.from_on",
    "statements.to_on",
    "statements.opening_fen",
)
READ_BY_RULE: dict[str, tuple[str, ...]] = {
    "round_trip": _FLOW,
    "pass_through": _FLOW,
    "day_balance_avg": _BALANCE,
    "day_balance_min": _BALANCE,
    "month_end_avg": _BALANCE,
    "days_below": _BALANCE,
    "interest_rate": (
        *_BALANCE,
        "transactions.kind",
        "transactions.direction",
        "transactions.amount_fen",
    ),
    "balance_breaks": (
        "transactions.account",
        "transactions.sequence",
        "transactions.direction",
        "transactions.amount_fen",
    ),
    "uncovered_days": ("statements.from_on", "statements.to_on"),
}
"""What a rule reads besides the fields that the calculation names."""

Op = Literal["in", "ge", "lt", "open"]


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on a row; a null field makes it unknown, and `open` never is.

    `in`: the code or flag is one of the values. `ge`, `lt`: the number against the first
    value. `open`: the date is null or after the moment, so what it ends was not yet ended.
    """

    field: str
    op: Op
    values: tuple[Any, ...] = ()


Where = tuple[Condition, ...]
"""All of them must hold; a row for which that is unknown makes the whole value missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calculation:
    """How the value is made, so completely that an engine needs nothing else."""

    agg: str
    """The rule's name; `risk.domain.indicators.rules` says what each does."""
    product: str
    table: str = ""
    date: str | None = None
    """The field that dates a row; without one the table is a picture of the document's last day."""
    where: Where = ()
    value: str | None = None
    by: str | None = None
    base_where: Where | None = None
    base_value: str | None = None
    offset: int = 0
    """Months from the window's end to the end of the window that it is compared with."""
    series: bool = False
    """Each month of the window must have a row: an absent month is not a zero."""
    last_state: bool = False
    """The fields describe the document's last day, so it must not lie after the moment."""
    constant: int = 0
    operands: tuple[str, ...] = ()
    """The indicators that a derived one is made from."""


@dataclass(frozen=True, kw_only=True)
class Definition:
    """One indicator as data; the hash of the data is its version."""

    subject: str
    domain: str
    measure: str
    filter: str
    window: Window
    agg: str
    unit: Unit
    decimals: int
    name_zh: str
    name_en: str
    calculation: Calculation
    missing_policy: str = MISSING_POLICY
    owner: str = OWNER
    id: str = field(init=False)
    version: str = field(init=False)

    def __post_init__(self) -> None:
        """Compose the name, and hash whatever decides the value."""
        parts = (self.subject, self.domain, self.measure, self.filter, self.window.value, self.agg)
        object.__setattr__(self, "id", ".".join(parts))
        body = {
            "id": self.id,
            "unit": self.unit.value,
            "decimals": self.decimals,
            "missing_policy": self.missing_policy,
            "history_months": self.history_months,
            "calculation": asdict(self.calculation),
        }
        text = json.dumps(body, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        digest = hashlib.sha256(text.encode()).hexdigest()
        object.__setattr__(self, "version", digest[:VERSION_CHARACTERS])

    @property
    def source(self) -> str:
        """The fact product that it is computed from; nothing for a derived indicator."""
        return self.calculation.product

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """Every field of the document that is read, as `table.field`."""
        how = self.calculation
        names = [how.date, how.value, how.by, how.base_value]
        names += [one.field for one in (*how.where, *(how.base_where or ()))]
        found: dict[str, None] = {}
        for name in filter(None, names):
            plain = (f"{how.table}.{name}",)
            found |= dict.fromkeys(DERIVED_FROM.get((how.table, name), plain))
        found |= dict.fromkeys(READ_BY_RULE.get(how.agg, ()))
        return tuple(found)

    @cached_property
    def dated_in_period(self) -> bool:
        """Whether rows before the document's period may be absent from it."""
        dated = self._field(self.calculation.date)
        return dated is not None and dated.in_period

    @cached_property
    def history_months(self) -> int:
        """So many full months before the moment the document must cover."""
        return self.window.months + self.calculation.offset if self.dated_in_period else 0

    @cached_property
    def sensitivity(self) -> int:
        """The highest level (JR/T 0197) of the fields that are read."""
        product = PRODUCTS.get(self.calculation.product)
        found = [product.find(path) for path in self.fields] if product else []
        return max((one.level for one in found if one is not None), default=3)

    @property
    def lineage(self) -> dict[str, Any]:
        """Where the value comes from: product, table and fields, or other indicators."""
        how = self.calculation
        if how.operands:
            return {"indicators": list(how.operands)}
        return {"product": how.product, "table": how.table, "fields": list(self.fields)}

    def _field(self, name: str | None) -> Field | None:
        how = self.calculation
        if not name or how.product not in PRODUCTS:
            return None
        return PRODUCTS[how.product].find(f"{how.table}.{name}")
