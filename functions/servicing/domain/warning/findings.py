"""Evaluate the library (信号评估): which signals warn today, and how grave they are together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from servicing.domain.account.position import LoanPosition
from servicing.domain.warning.colour import Colour, gravest, together
from servicing.domain.warning.observation import (
    STATE_NAMES,
    Known,
    Observed,
    Readings,
    last_known,
    loan_facts,
    with_baseline,
)
from servicing.domain.warning.rules import WarningRules
from servicing.domain.warning.signal import Signal

NOT_OBSERVABLE: Final = "NOT_OBSERVABLE"
UNDEFINED: Final = "undefined"
"""The document was obtained, and the value has no meaning for this debtor: the use of a card by
who has none, the pigs of a farm without pigs. Nothing is hidden, so it is no gap."""
MULTI_DOMAIN: Final = "ALL_DOMAINS"
MAX_TOLD: Final = 20
"""Findings that the one about several domains names, the gravest first."""
ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Why a signal warns: what was read, from when, against what. Amounts are exact decimals."""

    reads: str
    value: Decimal | None = None
    observed_on: date | None = None
    before: Decimal | None = None
    before_on: date | None = None
    measure: Decimal | None = None
    bound: Decimal | None = None
    age_days: int | None = None
    """Days since the value was observed; None where it never was."""
    state: str = "ok"
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that warns."""

    code: str
    name: str
    domain: str
    colour: Colour
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Everything that warns on a day; `colour` is the loan's class (风险等级)."""

    as_of: date
    found: tuple[Finding, ...]
    colour: Colour
    notes: tuple[str, ...] = ()
    """What was not looked at, and why, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchFacts:
    """What an evaluation starts from; `products` are the documents that the loan's product needs.

    `at_approval` are the values on the day of the decision, `last` those of earlier watches.
    """

    as_of: date
    position: LoanPosition
    products: frozenset[str]
    at_approval: Known = field(default_factory=dict)
    last: Known = field(default_factory=dict)
    now: Readings = field(default_factory=dict)

    @property
    def known(self) -> dict[str, Observed]:
        """The newest value of everything that was ever observed, approval included."""
        return last_known({**self.at_approval, **self.last}, self.now)

    @property
    def baseline(self) -> dict[str, Observed]:
        """What each value is compared with."""
        return with_baseline(self.at_approval, self.known)


def evaluate(signals: Sequence[Signal], facts: WatchFacts, rules: WarningRules) -> Findings:
    """Measure every signal of the loan's documents and books; the same facts, the same findings.

    A value that is missing today stands as it was last known. What was never known, or is too
    old, is a finding of its own for its domain: yellow, never silence.
    """
    return added_up(facts.as_of, measured(signals, facts, rules), rules)


def measured(signals: Sequence[Signal], facts: WatchFacts, rules: WarningRules) -> list[Finding]:
    """What each signal finds for itself, and what could not be observed."""
    watched = [one for one in signals if one.of_loan or one.product in facts.products]
    known, baseline, own = facts.known, facts.baseline, loan_facts(facts.position)
    found: list[Finding] = []
    for signal in watched:
        if signal.of_loan:
            observed = Observed(value=own[signal.reads], on=facts.as_of)
            before = Observed(value=ZERO, on=facts.position.disbursed_on)
        elif signal.reads in known:
            observed, before = known[signal.reads], baseline[signal.reads]
        else:
            continue
        found += _one(signal, observed, before, facts)
    return found + _not_observable(watched, known, facts, rules)


def added_up(
    as_of: date, found: Iterable[Finding], rules: WarningRules, notes: tuple[str, ...] = ()
) -> Findings:
    """The gravest finding, or what several domains make together: then that is a finding too."""
    ordered = sorted(found, key=lambda one: (-one.colour.weight, one.code))
    single = gravest(one.colour for one in ordered)
    all_of_them = together(
        ((one.domain, one.colour) for one in ordered),
        orange_from_domains=rules.orange_from_domains,
        red_from_domains=rules.red_from_domains,
    )
    if all_of_them.weight > single.weight:
        ordered.insert(0, _several_domains(ordered, all_of_them))
    return Findings(
        as_of=as_of, found=tuple(ordered), colour=gravest((single, all_of_them)), notes=notes
    )


def _one(signal: Signal, observed: Observed, before: Observed, facts: WatchFacts) -> list[Finding]:
    measure = signal.measure(observed.value, before.value)
    if measure.colour is Colour.NONE:
        return []
    reading = facts.now.get(signal.reads)
    compared = signal.compares_with_approval
    evidence = Evidence(
        reads=signal.reads,
        value=observed.value,
        observed_on=observed.on,
        before=before.value if compared else None,
        before_on=before.on if compared else None,
        measure=measure.amount,
        bound=measure.bound,
        age_days=(facts.as_of - observed.on).days,
        state="ok" if signal.of_loan else reading.state if reading else "missing",
    )
    return [_finding(signal.code, signal.name, signal.domain, measure.colour, (evidence,))]


def _not_observable(
    watched: Sequence[Signal], known: Known, facts: WatchFacts, rules: WarningRules
) -> list[Finding]:
    """One finding for each domain of which something is not known, or only from long ago."""
    missing: dict[str, list[Evidence]] = {}
    for signal in watched:
        if signal.of_loan:
            continue
        observed, reading = known.get(signal.reads), facts.now.get(signal.reads)
        age = None if observed is None else (facts.as_of - observed.on).days
        if age is not None and age <= rules.observe_within_days:
            continue
        if reading is not None and reading.state == UNDEFINED:
            continue
        state = reading.state if reading else "missing"
        missing.setdefault(signal.domain, []).append(
            Evidence(
                reads=signal.reads,
                value=observed.value if observed else None,
                observed_on=observed.on if observed else None,
                age_days=age,
                state=state,
                text=f"{signal.name}：{STATE_NAMES.get(state, state)}",
            )
        )
    return [
        _finding(
            f"{domain}_{NOT_OBSERVABLE}", f"{domain}数据不可观测", domain, Colour.YELLOW, tuple(why)
        )
        for domain, why in missing.items()
    ]


def _several_domains(found: Sequence[Finding], colour: Colour) -> Finding:
    why = tuple(
        Evidence(reads=one.code, text=f"{one.domain} {one.name}")
        for one in found[:MAX_TOLD]
        if one.colour is not Colour.NONE
    )
    return _finding(MULTI_DOMAIN, "多领域同时预警", "ALL", colour, why)


def _finding(
    code: str, name: str, domain: str, colour: Colour, evidence: tuple[Evidence, ...]
) -> Finding:
    return Finding(code=code, name=name, domain=domain, colour=colour, evidence=evidence)
