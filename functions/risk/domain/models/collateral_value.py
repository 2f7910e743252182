"""What one thing pledged is worth to a lender (M19): appraisal, haircuts, LTV, prior claims."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from risk.domain.models.answer import ModelReason
from risk.domain.models.exact import PPM, part_down, require_not_negative


@dataclass(frozen=True, slots=True, kw_only=True)
class Collateral:
    """One thing pledged or mortgaged. None: not known."""

    collateral_id: str
    kind: str | None
    appraised_fen: int | None
    appraised_on: date | None
    prior_claims_fen: int | None
    """What others may take out of it first (earlier mortgages, wages, tax, building cost)."""
    is_registered: bool | None
    """Registered to this bank, or handed over where the law wants that."""
    owners_consent: bool | None
    """Every owner, spouses included, agreed to pledge it."""
    is_seized: bool | None
    """Sealed, frozen or under dispute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRule:
    """How much of a kind's value a loan may reach, and how fast an appraisal ages."""

    kind: str
    name_zh: str
    max_ltv_ppm: int
    stale_after_days: int
    stale_haircut_ppm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What a thing pledged carries."""

    collateral_id: str
    net_appraised_fen: int
    """Appraisal after a haircut for age and after prior claims; zero where it does not count."""
    lendable_fen: int
    """The part of it that a loan may reach at the kind's highest LTV."""
    reasons: tuple[ModelReason, ...]


def value_of(thing: Collateral, rules: tuple[KindRule, ...], as_of: date) -> Value:
    """Nothing counts that is unregistered, disputed, without consent or of unknown worth.

    Prior claims are taken off both figures whole: they are paid first.
    """
    require_not_negative(thing, "appraised_fen", "prior_claims_fen")
    rule = next((rule for rule in rules if rule.kind == thing.kind), None)
    reasons = _not_counted(thing, rule, as_of)
    amounts = (thing.appraised_fen, thing.prior_claims_fen)
    if reasons or rule is None or amounts[0] is None or amounts[1] is None:
        return Value(
            collateral_id=thing.collateral_id,
            net_appraised_fen=0,
            lendable_fen=0,
            reasons=reasons,
        )
    appraised = amounts[0]
    if _is_stale(thing, rule, as_of):
        appraised = part_down(appraised, PPM - rule.stale_haircut_ppm)
        reasons = (ModelReason("appraisal_stale", f"{rule.name_zh}评估已超过有效期，按规定折扣"),)
    return Value(
        collateral_id=thing.collateral_id,
        net_appraised_fen=max(appraised - amounts[1], 0),
        lendable_fen=max(part_down(appraised, rule.max_ltv_ppm) - amounts[1], 0),
        reasons=reasons,
    )


def _is_stale(thing: Collateral, rule: KindRule, as_of: date) -> bool:
    """Whether an appraisal is older than its kind allows."""
    return thing.appraised_on is None or (as_of - thing.appraised_on).days > rule.stale_after_days


def _not_counted(thing: Collateral, rule: KindRule | None, as_of: date) -> tuple[ModelReason, ...]:
    """Every ground on which a thing carries nothing; not known counts as against it."""
    future = thing.appraised_on is not None and thing.appraised_on > as_of
    found = {
        "kind_not_accepted": (rule is None, "押品种类不明或不在可接受范围，不计入"),
        "value_unknown": (
            thing.appraised_fen is None or thing.appraised_on is None,
            "押品未评估或评估日不明，不计入",
        ),
        "appraised_in_future": (future, "押品评估日晚于测算日，不计入"),
        "prior_claims_unknown": (thing.prior_claims_fen is None, "押品在先权利不明，不计入"),
        "not_registered": (thing.is_registered is not True, "押品未办妥登记或交付，不计入"),
        "no_consent": (thing.owners_consent is not True, "押品共有人未全部同意，不计入"),
        "seized": (thing.is_seized is not False, "押品被查封、有争议或状态不明，不计入"),
    }
    return tuple(ModelReason(code, text) for code, (holds, text) in found.items() if holds)
