"""Which of the fired rules are told, and in which words, to staff and to the customer."""

from __future__ import annotations

from puhui.contracts.common import Reason
from puhui.contracts.risk import Verdict
from risk.domain.inputs import Inputs, display
from risk.domain.policy import Policy, RuleOutcome, comparisons
from risk.domain.scorecard import Score

MAX_REASONS = 8
ADVERSE_REASONS = 2
MAX_TEXT = 200
DATA_STAGE = "data"
SCORE_STAGE = "score"


def reasons_of(
    policy: Policy,
    outcomes: tuple[RuleOutcome, ...],
    inputs: Inputs,
    verdict: Verdict,
    score: Score,
) -> tuple[Reason, ...]:
    """The rules that made the verdict, in the policy's order.

    Where the data itself is the reason, nothing else is told: without invoices every rule about
    invoices fires, and one sentence says it. Otherwise a rule that fired only because a value is
    not known is told when no better reason is.
    """
    if verdict == "approve":
        return (
            Reason(
                code=policy.approval_code,
                text=policy.approval_text,
                customer_text=policy.approval_customer_text,
            ),
        )
    decisive = [one for one in outcomes if one.fired and one.rule.effect == verdict]
    told = (
        [one for one in decisive if one.rule.stage == DATA_STAGE]
        or [one for one in decisive if one.holds]
        or decisive
    )
    reasons = [_reason(one, inputs) for one in told[:MAX_REASONS]]
    if any(one.rule.stage == SCORE_STAGE for one in told):
        reasons.extend(score.adverse_reasons(ADVERSE_REASONS))
    return tuple(reasons)


def _reason(outcome: RuleOutcome, inputs: Inputs) -> Reason:
    rule = outcome.rule
    found = "，".join(display(leaf.input, inputs[leaf.input]) for leaf in comparisons(rule.when))
    return Reason(
        code=rule.code,
        text=f"{rule.text}（{found}）"[:MAX_TEXT],
        customer_text=rule.customer_text,
    )
