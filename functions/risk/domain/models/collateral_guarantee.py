"""M19 担保缓释: how much of a loan its security covers, and what stays uncovered.

Things pledged come first, at most to their kind's LTV; then a financing guarantee company (融担)
takes its share of what is left, within its headroom and never all of it; then guarantors, within
their free means. exposure = collateral + institution + guarantors + uncovered, to the 分.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from risk.domain.models.answer import ModelReason, require
from risk.domain.models.collateral_value import Collateral, KindRule, Value, value_of
from risk.domain.models.exact import PPM, divided_up, part_down, require_not_negative
from risk.domain.models.guarantor_capacity import (
    Capacity,
    Guarantor,
    GuarantorRule,
    capacity_of,
)

TEXTS: Final = {
    "collateral_unknown": "押品情况不明，按无押品处理",
    "guarantors_unknown": "保证人情况不明，按无保证处理",
    "institution_not_counted": "担保公司未获准入、分担比例或剩余额度不明，不计入",
    "bank_share_raised": "银行分担比例低于下限，按下限计算",
    "cyclical_guarantee": "担保链存在循环担保",
    "uncovered": "存在未被覆盖的风险敞口",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyShare:
    """One party of a risk-sharing agreement besides the bank."""

    party: str
    """company, re_guarantor, government or another name of the agreement."""
    share_ppm: int
    """Of what is left after collateral."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Institution:
    """A financing guarantee company and those who share its risk. None: not known."""

    is_approved: bool | None
    """On the bank's list of partners, in its period of cooperation."""
    shares: tuple[PartyShare, ...] | None
    """The company first (Anhui 4321: company 40 %, re-guarantor 30 %, government 10 %)."""
    headroom_fen: int | None
    """The least of what its agreement, its multiple of net assets and its largest single risk
    leave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """The loan and everything that secures it. None: not known."""

    as_of: date
    exposure_fen: int
    collaterals: tuple[Collateral, ...] | None
    guarantors: tuple[Guarantor, ...] | None
    institution: Institution | None
    """None where no guarantee company takes part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """LTVs, haircuts and shares."""

    kinds: tuple[KindRule, ...]
    guarantor: GuarantorRule
    bank_share_min_ppm: int
    """The least share of a guaranteed loan that stays with the bank."""
    secured_lgd_ppm: int
    """Loss on the covered part."""
    unsecured_lgd_ppm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskShare:
    """What a party bears of the loan after collateral, before guarantors pay the bank's part."""

    party: str
    fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What covers the loan, in the order in which it is called upon."""

    ltv_ppm: int | None
    """Exposure over the net appraised value of what counts, rounded up; None without any."""
    collateral_fen: int
    institution_fen: int
    guarantors_fen: int
    mitigated_fen: int
    """The sum of the three."""
    uncovered_fen: int
    capacity_fen: int
    """The largest loan that this security carries as agreed: what M17 takes as its bound."""
    lgd_ppm: int
    """Loss given default for M18, rounded up."""
    risk_shares: tuple[RiskShare, ...]
    """Every party of the agreement and the bank, who together bear the whole of it."""
    values: tuple[Value, ...]
    capacities: tuple[Capacity, ...]
    reasons: tuple[ModelReason, ...]


def answer(inputs: Inputs, parameters: Parameters) -> Answer:
    """Call upon collateral, institution and guarantors in turn; what is unknown covers nothing."""
    _check(inputs, parameters)
    things = inputs.collaterals or ()
    values = tuple(value_of(thing, parameters.kinds, inputs.as_of) for thing in things)
    capacities = tuple(
        capacity_of(guarantor, parameters.guarantor) for guarantor in inputs.guarantors or ()
    )
    lendable = sum(value.lendable_fen for value in values)
    counted = sum(capacity.counted_fen for capacity in capacities)
    share, headroom = _institution(inputs.institution, parameters)
    exposure = inputs.exposure_fen
    by_collateral = min(exposure, lendable)
    by_institution = min(part_down(exposure - by_collateral, share), headroom)
    by_guarantors = min(exposure - by_collateral - by_institution, counted)
    mitigated = by_collateral + by_institution + by_guarantors
    appraised = sum(value.net_appraised_fen for value in values)
    return Answer(
        ltv_ppm=divided_up(exposure * PPM, appraised) if appraised else None,
        collateral_fen=by_collateral,
        institution_fen=by_institution,
        guarantors_fen=by_guarantors,
        mitigated_fen=mitigated,
        uncovered_fen=exposure - mitigated,
        capacity_fen=lendable + counted + (headroom * PPM // share if share else 0),
        lgd_ppm=_lgd(mitigated, exposure, parameters),
        risk_shares=_risk_shares(inputs.institution, exposure - by_collateral, by_institution),
        values=values,
        capacities=capacities,
        reasons=_reasons(inputs, parameters, exposure - mitigated),
    )


def _check(inputs: Inputs, parameters: Parameters) -> None:
    """Refuse a loan of nothing, shares above the whole, and one thing or person named twice."""
    require(inputs.exposure_fen > 0, "exposure_fen", "must be positive")
    if inputs.institution is not None:
        require_not_negative(inputs.institution, "headroom_fen")
        for party in inputs.institution.shares or ():
            require_not_negative(party, "share_ppm")
        share = _agreed(inputs.institution)
        require(share is None or share <= PPM, "shares", "must not exceed the whole together")
    things = [thing.collateral_id for thing in inputs.collaterals or ()]
    require(len(things) == len(set(things)), "collaterals", "must name each thing once")
    people = [guarantor.guarantor_id for guarantor in inputs.guarantors or ()]
    require(len(people) == len(set(people)), "guarantors", "must name each guarantor once")
    lgds = 0 <= parameters.secured_lgd_ppm <= parameters.unsecured_lgd_ppm <= PPM
    require(lgds, "secured_lgd_ppm", "must not exceed unsecured_lgd_ppm")


def _institution(institution: Institution | None, parameters: Parameters) -> tuple[int, int]:
    """Share and headroom of the guarantee company; (0, 0) where it does not count."""
    if institution is None or institution.is_approved is not True:
        return 0, 0
    agreed = _agreed(institution)
    if agreed is None or institution.headroom_fen is None:
        return 0, 0
    return min(agreed, PPM - parameters.bank_share_min_ppm), institution.headroom_fen


def _agreed(institution: Institution) -> int | None:
    """The share of all parties besides the bank."""
    if institution.shares is None:
        return None
    return sum(party.share_ppm for party in institution.shares)


def _risk_shares(institution: Institution | None, left: int, covered: int) -> tuple[RiskShare, ...]:
    """What is covered, split as agreed, odd 分 to the first party; the rest stays with the bank."""
    parties = () if institution is None else institution.shares or ()
    whole = sum(party.share_ppm for party in parties)
    borne = [covered * party.share_ppm // whole if whole else 0 for party in parties]
    if borne:
        borne[0] += covered - sum(borne)
    return (
        *(RiskShare(party=party.party, fen=fen) for party, fen in zip(parties, borne, strict=True)),
        RiskShare(party="bank", fen=left - covered),
    )


def _lgd(mitigated: int, exposure: int, parameters: Parameters) -> int:
    """The loss on both parts, weighted by amount."""
    uncovered = (exposure - mitigated) * parameters.unsecured_lgd_ppm
    return divided_up(mitigated * parameters.secured_lgd_ppm + uncovered, exposure)


def _reasons(inputs: Inputs, parameters: Parameters, uncovered: int) -> tuple[ModelReason, ...]:
    institution = inputs.institution
    counts = _institution(institution, parameters) != (0, 0)
    share = 0 if institution is None else _agreed(institution) or 0
    cyclical = any(guarantor.is_cyclical is True for guarantor in inputs.guarantors or ())
    found = {
        "collateral_unknown": inputs.collaterals is None,
        "guarantors_unknown": inputs.guarantors is None,
        "institution_not_counted": institution is not None and not counts,
        "bank_share_raised": counts and share > PPM - parameters.bank_share_min_ppm,
        "cyclical_guarantee": cyclical,
        "uncovered": uncovered > 0,
    }
    return tuple(ModelReason(code, TEXTS[code]) for code, holds in found.items() if holds)
