"""Which rules of a policy may be waived (可豁免规则): those that it names, and never a hard one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from risk.domain.policy.model import Policy
from risk.domain.policy.parts import Rule
from risk.domain.reasons import DATA_STAGE

NEVER: Final[Mapping[str, str]] = {
    "list.": "名单 name lists: an entry is removed by two people, not waived",
    "fact.": "资料是否可用 whether documents are there: missing data never helps",
    "model.": "模型结论 what models answer: worse where data is missing, and does not say so",
    "ent.jud.list.": "法院执行与失信 court enforcement of the firm",
    "own.jud.list.": "法院执行与失信 court enforcement of its owner",
    "ent.jud.case.criminal.": "刑事案件 criminal cases",
    "ent.jud.notice.bankruptcy.": "破产 bankruptcy",
    "ent.reg.anomaly.serious_illegal.": "严重违法失信名单 the list of serious offenders",
    "ent.reg.status.": "登记状态 whether the firm exists",
}
"""A rule that reads an input whose name begins so is never waived, whatever a policy says ✎."""


def why_never(policy: Policy, rule: Rule) -> str | None:
    """Why nobody may waive this rule; None if the policy may let it be waived.

    What a node gives (points, limit, price) is worse where data is missing and does not say so: a
    waiver of a rule that reads it could turn missing data into an approval.
    """
    if rule.stage == DATA_STAGE:
        return NEVER["fact."]
    given = {name for node in policy.nodes for name in node.gives}
    for read in (*rule.reads, *rule.compared):
        if read.name in given:
            return f"流程测算值 what the flow itself computes: {read.name}"
        for prefix, why in NEVER.items():
            if read.name.startswith(prefix):
                return why
    return None


def waivable_codes(policy: Policy) -> frozenset[str]:
    """The rules that may be waived: named by the policy, and not hard."""
    return frozenset(
        rule.code
        for rule in policy.rules
        if rule.code in policy.waivable and why_never(policy, rule) is None
    )
