"""Why a loan has its tier: a table of reason codes with the clause of the rule behind each.

The codes are those of model M27 and those of servicing's own steps. A clause is told only where it
was read; the others say that they are to be confirmed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from servicing.domain.classification.rules import MEASURES, Source

TO_CONFIRM: Final = Source(f"{MEASURES}，条款待核", "✎")


@dataclass(frozen=True, slots=True)
class Reason:
    """A stable code and a sentence that people read."""

    code: str
    text: str

    @property
    def clause(self) -> Source:
        """The clause behind the code, and how sure it is."""
        return CLAUSES.get(self.code, TO_CONFIRM)


CLAUSES: Final[Mapping[str, Source]] = {
    "OVERDUE": Source(f"{MEASURES}：逾期90、270、360天以上", "✔"),
    "CROSS_DEFAULT": Source(f"{MEASURES}第七条：本行债权超过10%为不良的，全部为不良", "✔"),
    "OTHER_LOAN_NPA": Source(f"{MEASURES}第七条", "✎"),
    "IN_OBSERVATION": Source(f"{MEASURES}第二十条：重组观察期", "✔"),
    "RESTRUCTURED_AGAIN": Source(f"{MEASURES}：观察期内再次重组，条款待核", "✎"),
    "CREDIT_IMPAIRED": Source(f"{MEASURES}：已发生信用减值的进入不良", "✔"),
    "OVERDUE_EVERYWHERE": Source(f"{MEASURES}：所有银行债务20%，条款待核", "✎"),
    "RISK_HAS_RISEN": Source("企业会计准则第22号：信用风险显著增加", "✎"),
    "DEFAULT_12M_UNKNOWN": Source("模型M27：未知按100%计", "house"),
    "DEFAULT_LIFE_UNKNOWN": Source("模型M27：未知按100%计", "house"),
    "LOSS_GIVEN_DEFAULT_UNKNOWN": Source("模型M27：未知按100%计", "house"),
    "MODEL_ABSENT": Source("本平台设计：未部署数字风控时仅按逾期天数", "house"),
    "MODEL_UNAVAILABLE": Source("本平台设计：模型不可用时不得优于原分类", "house"),
    "HELD": Source("本平台设计：模型不可用时不得优于原分类", "house"),
    "PERFORMS": Source(f"{MEASURES}：按约履行", "✔"),
}


def days_overdue(days: int) -> Reason:
    """The reason of a loan that is late, in the words of M27."""
    return Reason("OVERDUE", f"逾期{days}天")
