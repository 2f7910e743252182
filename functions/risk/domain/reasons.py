"""Which of the fired rules are told, and in which words, to staff and to the customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from puhui.contracts.common import Reason
from puhui.contracts.risk import Verdict
from risk.domain.evaluation import RuleOutcome
from risk.domain.inputs import display
from risk.domain.scorecard import Score

MAX_REASONS = 8
ADVERSE_REASONS = 2
MAX_TEXT = 200
DATA_STAGE = "data"
SCORE_STAGE = "score"


def reasons_of(
    outcomes: Sequence[RuleOutcome],
    verdict: Verdict,
    score: Score | None,
    texts: Mapping[str, tuple[str, str, str]],
) -> tuple[Reason, ...]:
    """The rules that made the verdict, in the policy's order.

    Where the data itself is the reason, nothing else is told: without invoices every rule about
    invoices fires, and one sentence says it. Otherwise a rule that fired only because a value is
    not known is told when no better reason is.
    """
    if verdict == "approve":
        return (text_reason(texts["approval"]),)
    decisive = [one for one in outcomes if one.waived_by is None and one.rule.effect == verdict]
    if not decisive:
        return (text_reason(texts["incomplete"]),)
    told = (
        [one for one in decisive if one.rule.stage == DATA_STAGE]
        or [one for one in decisive if one.holds]
        or decisive
    )
    reasons = [_reason(one) for one in told[:MAX_REASONS]]
    if score is not None and any(one.rule.stage == SCORE_STAGE for one in told):
        reasons.extend(score.adverse_reasons(ADVERSE_REASONS))
    return tuple(reasons)


def text_reason(text: tuple[str, str, str]) -> Reason:
    """A reason that is no rule's."""
    return Reason(code=text[0], text=text[1], customer_text=text[2])


def _reason(outcome: RuleOutcome) -> Reason:
    rule = outcome.rule
    pairs = zip(rule.reads, outcome.found, strict=True)
    found = "，".join(display(definition, value) for definition, value in pairs)
    return Reason(
        code=rule.code,
        text=f"{rule.text}（{found}）"[:MAX_TEXT],
        customer_text=rule.customer_text,
    )
