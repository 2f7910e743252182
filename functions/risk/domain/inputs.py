"""Everything a policy may ask about, by name: an exact number, a word, or nothing known."""

from __future__ import annotations

from collections import ChainMap, Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final, Literal

from puhui.contracts.facts import INVOICE_SCHEMA
from puhui.contracts.risk import DecisionRequest
from puhui.fact_schemas.numbers import day_number
from risk.domain.facts import Fact
from risk.domain.indicators.library import DEFINITIONS
from risk.domain.indicators.months import full_months
from risk.domain.indicators.values import STATE_NAMES, IndicatorValue, State, Values
from risk.domain.model_fields import FIELDS, ModelField
from risk.domain.model_told import Told
from risk.domain.name_lists import LIST_NAMES

TEXT: Final = "text"
FEN_PER_YUAN: Final = 100
SUFFIXES: Final[Mapping[str, str]] = {"yuan": "元", "day": "天", "month": "个月"}
NEVER_NEGATIVE: Final = frozenset({"count", "day", "month"})
Worse = Literal["higher", "lower"]


@dataclass(frozen=True, slots=True)
class Word:
    """A category such as a grade or a region; None where nothing is known."""

    text: str | None

    @property
    def state(self) -> State:
        """Whether there is a word."""
        return State.MISSING if self.text is None else State.OK


Input = IndicatorValue | Word
Inputs = Mapping[str, Input]


@dataclass(frozen=True, slots=True, kw_only=True)
class InputDefinition:
    """What a policy's author, reader and linter need to know of an input."""

    name: str
    name_zh: str
    unit: str
    decimals: int = 0
    nullable: bool = True
    worse: Worse | tuple[str, ...] | None = None
    """In which direction it is worse; words are listed from the best to the worst."""
    products: tuple[str, ...] = ()
    """The fact products that it is computed from."""
    lowest: int | None = None
    """The least scaled value that can occur, where there is one."""

    @property
    def is_text(self) -> bool:
        """Words are compared by equality only."""
        return self.unit == TEXT

    @property
    def words(self) -> tuple[str, ...] | None:
        """Every word that it may be, where that is known."""
        return self.worse if isinstance(self.worse, tuple) else None


Catalogue = Callable[[str], InputDefinition | None]


def _number(name: str, name_zh: str, unit: str, *, nullable: bool = False) -> InputDefinition:
    return InputDefinition(name=name, name_zh=name_zh, unit=unit, nullable=nullable, lowest=0)


def _word(name: str, name_zh: str) -> InputDefinition:
    return InputDefinition(name=name, name_zh=name_zh, unit=TEXT, nullable=False)


REQUEST_WORDS: Final[Mapping[str, str]] = {
    "application_id": "申请编号",
    "customer_id": "客户编号",
    "customer_kind": "客户类型",
    "branch_id": "机构",
    "product_code": "贷款产品",
    "region_code": "行政区划",
    "industry_section": "行业门类",
}
REQUEST_NUMBERS: Final[Mapping[str, tuple[str, str]]] = {
    "amount_fen": ("申请金额", "fen"),
    "min_amount_fen": ("产品最低额度", "fen"),
    "max_amount_fen": ("产品最高额度", "fen"),
    "min_rate_bps": ("产品最低年利率", "bps"),
    "max_rate_bps": ("产品最高年利率", "bps"),
    "term_months": ("申请期限", "month"),
}
DERIVED: Final[Mapping[str, InputDefinition]] = MappingProxyType(
    {
        one.name: one
        for one in (
            _number("fact.invoice.rows", "发票张数", "count", nullable=True),
            _number("firm.age_months", "成立月数", "month", nullable=True),
            *(_word(f"request.{key}", zh) for key, zh in REQUEST_WORDS.items()),
            *(_number(f"request.{key}", zh, unit) for key, (zh, unit) in REQUEST_NUMBERS.items()),
            *(
                _number(f"list.{key}.hits", f"{zh}命中数", "count", nullable=True)
                for key, zh in LIST_NAMES.items()
            ),
        )
    }
)
"""Inputs besides the indicators and besides what a policy's own nodes give."""


def _told(one: ModelField) -> InputDefinition:
    return InputDefinition(
        name=one.name,
        name_zh=one.name_zh,
        unit=one.unit,
        worse=one.worse if one.words is None else tuple(one.words),
        products=one.products,
        lowest=None if one.words is not None else one.lowest,
    )


TOLD: Final[Mapping[str, InputDefinition]] = MappingProxyType(
    {name: _told(one) for name, one in FIELDS.items() if one.for_policies}
)
"""Fields of the answers of models that are code."""


def definition_of(name: str) -> InputDefinition | None:
    """The definition of an input, or None if no such input exists."""
    found = DEFINITIONS.get(name)
    if found is None:
        return DERIVED.get(name) or TOLD.get(name)
    return InputDefinition(
        name=name,
        name_zh=found.name_zh,
        unit=found.unit.value,
        decimals=found.decimals,
        products=products_of(name),
        lowest=0 if found.unit in NEVER_NEGATIVE and found.agg != "change" else None,
    )


def products_of(name: str) -> tuple[str, ...]:
    """The fact products that an indicator is made from; a derived one needs its operands'."""
    how = DEFINITIONS[name].calculation
    if not how.operands:
        return (how.product,)
    return tuple(sorted({product for one in how.operands for product in products_of(one)}))


def inputs_of(
    request: DecisionRequest,
    facts: Sequence[Fact],
    values: Values,
    *,
    screening: Mapping[str, Any] | None = None,
    told: Iterable[Told] = (),
) -> Inputs:
    """All inputs of a request: nothing is copied from the indicators."""
    day = request.as_of
    invoices = next((fact for fact in facts if fact.product == INVOICE_SCHEMA), None)
    found: dict[str, Input] = {
        "fact.invoice.rows": number(None if invoices is None else invoices_until(invoices, day)),
        "firm.age_months": number(age_months(request.established_on, request.as_of)),
    }
    for key in REQUEST_WORDS:
        found[f"request.{key}"] = Word(getattr(request, key))
    for key in REQUEST_NUMBERS:
        found[f"request.{key}"] = number(getattr(request, key))
    found |= _screened(screening)
    found |= _answered(told)
    return ChainMap(found, values)  # type: ignore[arg-type]  # reads only


def invoices_until(fact: Fact, day: date) -> int | None:
    """How many invoices were issued by a day; None when there is no readable document."""
    if fact.columns is None:
        return None
    issued = fact.columns.tables["rows"]["issued_on"]
    return int((issued <= day_number(day)).sum())


def _screened(screening: Mapping[str, Any] | None) -> dict[str, Input]:
    """What the name lists say, as records carry it: nobody screened is missing, not "no hit"."""
    found: dict[str, Input] = {}
    counted: Counter[str] | None = None
    if screening is not None and screening["state"] == State.OK:
        counted = Counter(hit["counts_as"] for hit in screening["hits"])
    for key in LIST_NAMES:
        found[f"list.{key}.hits"] = number(None if counted is None else counted[key])
    return found


def _answered(told: Iterable[Told]) -> dict[str, Input]:
    """What models answered; of one that did not, and of what it does not know, nothing."""
    found: dict[str, Input] = {}
    answers = {one.id: one.answer for one in told}
    for name in TOLD:
        known = FIELDS[name].known(answers.get(FIELDS[name].model))
        found[name] = Word(known) if FIELDS[name].words is not None else number(known)
    return found


def number(value: int | None, decimals: int = 0) -> IndicatorValue:
    """A number that risk derived itself."""
    if value is None:
        return IndicatorValue(State.MISSING)
    return IndicatorValue(State.OK, value, decimals)


def age_months(established_on: date | None, as_of: date) -> int | None:
    """Full months since the firm was established; a day in the future is not believed."""
    if established_on is None or established_on > as_of:
        return None
    return full_months(established_on, as_of)


def display(definition: InputDefinition, found: Input) -> str:
    """An input's value as staff read it, with its unit; without one, its state."""
    if isinstance(found, Word):
        return found.text if found.text is not None else STATE_NAMES[found.state]
    value = found.decimal
    if value is None:
        return STATE_NAMES[found.state]
    if definition.unit == "fen":
        return f"{value / FEN_PER_YUAN:,.2f}元"
    if definition.unit == "ratio":
        return f"{value * 100:.2f}%"
    if not definition.products:
        return f"{value:f}"
    return f"{value:,f}{SUFFIXES.get(definition.unit, '')}"


def plain(found: Input) -> str | None:
    """A value as records carry it: an exact decimal as text, a word, or nothing."""
    if isinstance(found, Word):
        return found.text
    return None if found.scaled is None else decimal_text(found.scaled, found.decimals)


def decimal_text(scaled: int, decimals: int) -> str:
    """A scaled integer as an exact decimal.

    >>> decimal_text(-5, 4), decimal_text(123, 2), decimal_text(7, 0)
    ('-0.0005', '1.23', '7')
    """
    if decimals == 0:
        return str(scaled)
    whole, part = divmod(abs(scaled), int(10**decimals))
    return f"{'-' if scaled < 0 else ''}{whole}.{part:0{decimals}d}"
