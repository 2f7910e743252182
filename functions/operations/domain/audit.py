"""The audit trail (审计留痕): who did what to which object, when; appended, never changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

ACTION_NAMES: dict[str, str] = {
    "TaskOpened": "任务生成",
    "TaskTokenRenewed": "任务重新下发",
    "TaskClaimed": "领取",
    "TaskReleased": "退回任务池",
    "TaskDecided": "作出决定",
    "DeliveryRetried": "决定重新送达",
    "DecisionDelivered": "决定已送达流程",
    "DecisionUnconfirmed": "决定送达待核实",
    "TaskExpired": "任务超时失效",
    "TaskClosed": "任务关闭",
    "BankSetUp": "机构信息变更",
    "StaffRegistered": "人员登记",
    "AuthorityMatrixSet": "授权矩阵变更",
    "ProductPublished": "产品发布",
}
"""Every action that leaves a trail, with its Chinese display name."""

SYSTEM = "system"
"""The actor of what no person did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One line of the trail: ids and numbers only, never personal data."""

    at: datetime
    actor: str
    action: str
    subject: str
    details: dict[str, str | int] = field(default_factory=dict)
