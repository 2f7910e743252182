"""What the credit factory tells the bus about an application's way through its stations."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from puhui.contracts.common import Fen, Identifier, RateBps, Reason
from puhui.events import Event

Outcome = Literal[
    "disbursed",
    "declined",
    "rejected",
    "offer_refused",
    "expired",
    "withdrawn",
    "payment_rejected",
    "failed",
]
OUTCOME_NAMES: dict[str, str] = {
    "disbursed": "已放款",
    "declined": "自动拒绝",
    "rejected": "审批拒绝",
    "offer_refused": "客户放弃",
    "expired": "超时失效",
    "withdrawn": "客户撤回",
    "payment_rejected": "支付被拒",
    "failed": "处理失败，待人工处理",
}
Station = Literal[
    "check_intake", "collect_data", "decide", "refer", "offer", "sign", "disburse", "activate"
]
STATION_NAMES: dict[str, str] = {
    "check_intake": "进件检查",
    "collect_data": "数据采集",
    "decide": "风控决策",
    "refer": "人工审批",
    "offer": "报价确认",
    "sign": "电子签约",
    "disburse": "放款支付",
    "activate": "贷款生效",
}

STATION_OF_STATE: dict[str, Station] = {
    "Check intake": "check_intake",
    "Collect data": "collect_data",
    "Ask for external data": "collect_data",
    "Wait for external data": "collect_data",
    "Decide": "decide",
    "Ask an approver": "refer",
    "Quote loan": "offer",
    "Offer loan": "offer",
    "Sign contract": "sign",
    "Confirm paper contract": "sign",
    "Verify contract": "sign",
    "Occupy limit": "disburse",
    "Reserve funds": "disburse",
    "Pay out": "disburse",
    "Wait for payment": "disburse",
    "Query payment": "disburse",
    "Investigate payment": "disburse",
    "Post disbursement": "disburse",
    "Void reservation": "disburse",
    "Release limit": "disburse",
    "Activate loan": "activate",
}
"""The station that each working state of the loan application's machine belongs to.

The states inside a Map are not here: they run side by side, the Map's time is the station's.
"""


class ApplicationProgressed(Event):
    """An application waits for somebody at a station, or left it."""

    name: ClassVar[str] = "ApplicationProgressed"
    version: ClassVar[int] = 1
    source: ClassVar[str] = "puhui.factory"

    application_id: Identifier
    customer_id: Identifier
    station: Station
    status: Identifier


class ApplicationClosed(Event):
    """An application reached its named outcome."""

    name: ClassVar[str] = "ApplicationClosed"
    version: ClassVar[int] = 1
    source: ClassVar[str] = "puhui.factory"

    application_id: Identifier
    customer_id: Identifier
    outcome: Outcome
    reasons: tuple[Reason, ...]
    amount_fen: Fen
    annual_rate_bps: RateBps
    closed_on: date

    @property
    def is_final(self) -> bool:
        """A failed application may be resumed: its tasks, contract and money stay as they are."""
        return self.outcome != "failed"
