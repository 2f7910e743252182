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
