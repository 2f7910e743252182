"""What the answers of the synthetic models mean, how a bank uses them, and what they cannot do."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

_CONTRIBUTIONS: Final = {
    "contributions_e4": "what each input adds to the log-odds, in 0.0001; reasons are the largest"
}
_POINTS: Final = {"points": "score in points, higher is better: 600 at 20:1, 40 points double"}


def _outputs(meaning: str, *, points: bool) -> dict[str, str]:
    ppm = {"probability_ppm": f"{meaning}, parts per million"}
    return {**ppm, **(_POINTS if points else {}), **_CONTRIBUTIONS}


OUTPUTS: Final[Mapping[str, dict[str, str]]] = MappingProxyType(
    {
        "application_fraud_score": _outputs(
            "chance of confirmed fraud or first-payment default", points=False
        ),
        "broker_detection": _outputs("chance that a broker filled it in", points=False),
        "owner_application_score": _outputs("chance of 30+ dpd in 12 months", points=True),
        "farmer_credit_rating": {
            **_outputs("chance of 30+ dpd in 12 months", points=True),
            "grade": "A to E, by risk.domain.models.grading from points and village board points",
        },
        "thin_file_score": _outputs("chance of 30+ dpd in 12 months", points=False),
        "tech_enterprise_score": {
            **_outputs("chance of 30+ dpd in 12 months", points=True),
            "grade": "A to E, by risk.domain.models.grading from points",
        },
        "behaviour_score": _outputs("chance of 60+ dpd in 6 months", points=True),
        "early_warning_trees": _outputs("chance of distress in 6 months", points=False),
        "collection_score": {
            **_outputs("chance that the loan is NOT cured in 30 days", points=True),
            "cure_ppm": "1,000,000 - probability_ppm: the chance of cure in 30 days",
        },
    }
)

FARMER_GRADES: Final = (("A", 690), ("B", 640), ("C", 600), ("D", 560))
TECH_GRADES: Final = (("A", 690), ("B", 640), ("C", 600), ("D", 560))
"""Lowest points of each grade, E below; starting values ✎ that give each grade a tenth or more of
the simulated applicants. A bank sets its own."""


def _grading(grades: tuple[tuple[str, int], ...], board: int) -> dict[str, Any]:
    return {
        "grading": {
            "lowest_points": dict(grades),
            "below": "E",
            "village_board_points_at_most": board,
            "confidence": "✎ starting values; a bank's committee sets its own",
        }
    }


USES: Final[Mapping[str, dict[str, Any]]] = MappingProxyType(
    {
        "farmer_credit_rating": _grading(FARMER_GRADES, 30),
        "tech_enterprise_score": _grading(TECH_GRADES, 0),
    }
)

LIMITATIONS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "all": (
            "SYNTHETIC: trained on a simulated economy; it finds the relations that were put into "
            "it. It decides about nobody before a bank has trained it again on its own outcomes.",
            "Its discrimination depends on the noise that the economy was given, not on the world.",
            "Directions of risk are argued, not found; an input against its argument is left out.",
            "Whoever lacks a document is judged as the worst of those who have it: such cases "
            "belong to a person.",
        ),
        "application_fraud_score": (
            "About 2 % of the simulated applicants are fraudulent; shares of real ones differ.",
            "Personas are fixed; fraudsters adapt, and the score ages faster than a credit score.",
        ),
        "broker_detection": (
            "Text templates of applications are not an input: no such document exists here.",
        ),
        "thin_file_score": (
            "Land and village inputs exist for farmers only; for others they count as missing.",
        ),
        "tech_enterprise_score": (
            "Rights, research and team are declared inputs outside the indicator library.",
        ),
        "early_warning_trees": (
            "The scored part only: the rules of the early-warning model decide beside it, and the "
            "worse answer counts.",
        ),
        "collection_score": (
            "Whom and how one may contact is a matter of rules, never of this score.",
        ),
    }
)
