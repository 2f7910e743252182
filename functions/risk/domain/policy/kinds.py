"""The kinds of nodes: what each reads, what it gives, and what may follow it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from risk.domain.inputs import InputDefinition
from risk.domain.policy.parts import Condition, Rule, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One step of a flow."""

    id: str
    name: str
    next: str | None = None

    @property
    def successors(self) -> tuple[str, ...]:
        """Every node that may follow in the same flow."""
        return () if self.next is None else (self.next,)

    @property
    def reads(self) -> frozenset[str]:
        """Every input that it reads."""
        return frozenset()

    @property
    def gives(self) -> Mapping[str, InputDefinition]:
        """The inputs that later nodes may read because of this one."""
        return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class TableNode(Node):
    """A node that is a table."""

    table: Table

    @property
    def reads(self) -> frozenset[str]:
        """The table's inputs."""
        return self.table.inputs


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet(TableNode):
    """Rules that refer or decline; every one that may hold fires."""

    kind = "rule_set"
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionSet(TableNode):
    """Conditions of an approval; every one that may apply does."""

    kind = "condition_set"
    conditions: tuple[Condition, ...]

    @property
    def gives(self) -> Mapping[str, InputDefinition]:
        """The least cap of those that apply."""
        return {
            name: InputDefinition(name=name, name_zh=zh, unit=unit, nullable=False, worse="lower")
            for name, zh, unit in (
                (f"{self.id}.limit_cap_fen", "附加条件的额度上限", "fen"),
                (f"{self.id}.term_cap_months", "附加条件的期限上限", "month"),
            )
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup(TableNode):
    """A decision table, a tree or a cross table that gives values."""

    kind: str
    given: Mapping[str, InputDefinition]
    """By the table's output field."""

    @property
    def gives(self) -> Mapping[str, InputDefinition]:
        """By the name that later nodes read."""
        return {one.name: one for one in self.given.values()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecard(TableNode):
    """Points by bands of each characteristic, added up."""

    kind = "scorecard"
    base: int
    points: InputDefinition

    @property
    def gives(self) -> Mapping[str, InputDefinition]:
        """The sum."""
        return {self.points.name: self.points}


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCall(Node):
    """The answer of a served model."""

    kind = "model"
    model: str
    version: str
    prefix: str

    @property
    def gives(self) -> Mapping[str, InputDefinition]:
        """Points and probability."""
        points, chance = f"{self.prefix}.points", f"{self.prefix}.pd_ppm"
        return {
            points: InputDefinition(
                name=points, name_zh="评分", unit="point", nullable=False, worse="lower", lowest=0
            ),
            chance: InputDefinition(
                name=chance,
                name_zh="违约概率(百万分之一)",
                unit="ppm",
                nullable=False,
                worse="higher",
                lowest=0,
            ),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch(TableNode):
    """A condition; where it is not known, both ways are walked and the worse answer stands."""

    kind = "condition"
    yes: str
    no: str

    @property
    def successors(self) -> tuple[str, ...]:
        """Both ways."""
        return (self.yes, self.no)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One of the flows between which requests are split."""

    name: str
    weight_bp: int
    flow: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Split(Node):
    """Champion and challengers: a stable hash of a request key chooses the flow."""

    kind = "split"
    key: str
    salt: str
    arms: tuple[Arm, ...]

    @property
    def reads(self) -> frozenset[str]:
        """The key."""
        return frozenset({self.key})


@dataclass(frozen=True, slots=True, kw_only=True)
class SubFlow(Node):
    """A flow inside the flow."""

    kind = "subflow"
    flow: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitNode(Node):
    """The limit: the least of capacity, grade cap, other caps, product maximum and request."""

    kind = "limit"
    sales: str
    grade: str
    caps: tuple[str, ...]

    @property
    def reads(self) -> frozenset[str]:
        """Sales, grade, caps, and what the customer asks and the product allows."""
        asked = ("request.amount_fen", "request.max_amount_fen")
        return frozenset({self.sales, self.grade, *self.caps, *asked})

    @property
    def gives(self) -> Mapping[str, InputDefinition]:
        """Capacity and limit in 分."""
        return _given(
            ("limit.capacity_fen", "按销售额测算的额度", "fen", "lower", 0),
            ("limit.fen", "测算额度", "fen", "lower", 0),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceNode(Node):
    """The price: the rate at which the bank expects to earn most, under the policy's line."""

    kind = "price"
    pd: str
    grade: str
    max_rate_bps: int

    @property
    def reads(self) -> frozenset[str]:
        """Probability of default, grade, and what the product allows."""
        return frozenset({self.pd, self.grade, "request.min_rate_bps", "request.max_rate_bps"})

    @property
    def gives(self) -> Mapping[str, InputDefinition]:
        """Rate and expected profit."""
        return _given(
            ("price.rate_bps", "年利率(基点)", "bps", "higher", 0),
            ("price.profit_ppm", "预期收益率(百万分之一)", "ppm", "lower", None),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Result(Node):
    """The final mapping: which values are the answer's limit, price, grade and score."""

    kind = "result"
    limit: str | None
    price: str | None
    grade: str | None
    score: str | None

    @property
    def reads(self) -> frozenset[str]:
        """What is mapped; the score is a model's and no input."""
        return frozenset({self.limit, self.price, self.grade} - {None})  # type: ignore[arg-type]


def _given(*entries: tuple[str, str, str, str, int | None]) -> Mapping[str, InputDefinition]:
    return {
        name: InputDefinition(
            name=name,
            name_zh=zh,
            unit=unit,
            worse=worse,  # type: ignore[arg-type]
            lowest=lowest,
        )
        for name, zh, unit, worse, lowest in entries
    }
