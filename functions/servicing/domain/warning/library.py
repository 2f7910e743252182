"""The library of signals (预警信号库) as data: refused whole when one row makes no sense."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from servicing.domain.errors import LibraryNotValid
from servicing.domain.warning.colour import Colour
from servicing.domain.warning.model import WAYS, ModelInput
from servicing.domain.warning.rules import PPM, Escalation, WarningRules
from servicing.domain.warning.signal import Bounds, Compare, Signal

DOMAIN_NAMES: Final = {
    "BUR": "征信",
    "TAX": "税务",
    "INV": "发票",
    "REG": "工商",
    "JUD": "司法",
    "BNK": "银行流水",
    "MUL": "多头",
    "SSF": "社保公积金",
    "UTL": "水电气",
    "AGR": "农业土地",
    "DEV": "设备行为",
    "REL": "本行关系",
}


@dataclass(frozen=True, kw_only=True)
class SignalLibrary:
    """Every signal, the numbers around them, and what model M24 is asked with."""

    edition: str
    signals: tuple[Signal, ...]
    rules: WarningRules
    model_inputs: tuple[ModelInput, ...]
    tree_inputs: tuple[str, ...]

    def indicators(self, products: frozenset[str]) -> tuple[str, ...]:
        """What is asked of risk for a loan that needs these documents, in a fixed order."""
        own = {one.reads for one in self.signals if one.product in products}
        mapped = {name for row in self.model_inputs for name in row.reads}
        return tuple(sorted(own | mapped | set(self.tree_inputs)))


def read_library(document: Mapping[str, Any]) -> SignalLibrary:
    """Read the library; `LibraryNotValid` names the row and the rule that it breaks."""
    signals = tuple(_signal(row) for row in document["signals"])
    codes = [one.code for one in signals]
    for code in codes:
        _require(codes.count(code) == 1, code, "must be there once")
    inputs = tuple(
        ModelInput(field=row["field"], reads=tuple(row["reads"]), how=row["how"])
        for row in document["model_inputs"]
    )
    for row in inputs:
        _require(row.how in WAYS, row.field, "must be made in a known way")
    return SignalLibrary(
        edition=document["edition"],
        signals=signals,
        rules=_rules({name: row["value"] for name, row in document["rules"].items()}),
        model_inputs=inputs,
        tree_inputs=tuple(document["tree_inputs"]),
    )


def _signal(row: Mapping[str, Any]) -> Signal:
    bounds = {
        name: None if bound is None else Decimal(bound) for name, bound in row["bounds"].items()
    }
    signal = Signal(
        code=row["code"],
        name=row["name"],
        domain=row["domain"],
        reads=row["reads"],
        product=row["product"],
        compare=Compare(row["compare"]),
        bounds=Bounds(**bounds),
        source=row["source"],
        confidence=row["confidence"],
    )
    steps = [bound for _, bound in signal.bounds.steps()]
    falling = signal.compare is Compare.AT_MOST
    _require(bool(steps), signal.code, "must have a bound")
    _require(steps == sorted(steps, reverse=falling), signal.code, "must have graver bounds last")
    _require(signal.domain in DOMAIN_NAMES, signal.code, "must be of one of the twelve domains")
    _require(signal.of_loan == (signal.product is None), signal.code, "must name its document")
    return signal


def _rules(values: Mapping[str, Any]) -> WarningRules:
    return WarningRules(
        allowed_seconds=values["allowed_seconds"],
        max_pause_seconds=values["max_pause_seconds"],
        escalations=(
            Escalation(
                at_ppm=values["first_escalation_ppm"], to_role=values["first_escalation_to"]
            ),
            Escalation(at_ppm=PPM, to_role=values["last_escalation_to"]),
        ),
        quiet_days=values["quiet_days"],
        observe_within_days=values["observe_within_days"],
        orange_from_domains=values["orange_from_domains"],
        red_from_domains=values["red_from_domains"],
        checked_colours=frozenset(Colour(one) for one in values["checked_colours"]),
        trigger_check_days=values["trigger_check_days"],
        watch_days={colour: values[f"watch_days_{colour.value}"] for colour in Colour},
        fund_colours={
            "misuse": Colour(values["misuse_colour"]),
            "attention": Colour(values["fund_attention_colour"]),
            "entrusted_bypassed": Colour(values["entrusted_bypassed_colour"]),
        },
    )


def _require(holds: bool, field: str, rule: str) -> None:
    if not holds:
        raise LibraryNotValid(f"{field} {rule}", field=field, rule=rule)
