"""M18 asked with the probability of the applicant's scorecard and the bank's costs of a loan.

The LPR is that of the packaged history: of a day that it does not reach nobody is asked.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from puhui.china import lpr
from puhui.china.rule_tables import NoRuleInForce
from risk.domain.model_inputs.known import Answers, Known, NotAsked, field_of
from risk.domain.models.catalogue import Segment
from risk.domain.models.rate_pricing import Inputs

SCORECARDS: Final[dict[Segment, str]] = {
    "E": "sme_application_score",
    "S": "owner_application_score",
    "F": "farmer_credit_rating",
}
"""Whose probability of default prices whom; of others none is known."""


def inputs(known: Known, answers: Answers) -> Inputs | NotAsked:
    """The loan asked for, with the loss of M19 or else that of an unsecured loan."""
    request, pricing = known.request, known.parameters.pricing
    if not _is_published(request.as_of):
        return NotAsked("no_lpr")
    scored = known.statistical.get(SCORECARDS.get(known.segment, ""))
    lgd = field_of(answers, "collateral_guarantee", "lgd_ppm")
    return Inputs(
        priced_on=request.as_of,
        term_months=request.term_months,
        publication=None,
        segment=known.segment,
        amount_fen=request.amount_fen,
        pd_ppm=None if scored is None else scored.probability_ppm,
        lgd_ppm=pricing.lgd_ppm if lgd is None else lgd,
        ftp_bps=pricing.funding_bps,
        policy_discount_bps=None,
        product_min_bps=request.min_rate_bps,
        product_max_bps=request.max_rate_bps,
    )


def _is_published(day: date) -> bool:
    try:
        lpr.on(day)
    except NoRuleInForce:
        return False
    return not lpr.is_assumed(day)
