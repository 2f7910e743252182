"""utility/1: power, water and gas (水电气) of a place of business."""

from __future__ import annotations

from typing import Final

from puhui.fact_schemas.fields import code, count, day, decimal, fen, month, text
from puhui.fact_schemas.model import Product, Table

KINDS: Final = {"power": "电", "water": "水", "gas": "燃气"}

UTILITY: Final = Product(
    code="utility/1",
    title="水电气",
    subject="经营场所",
    max_rows=5_000,
    max_bytes=2 * 1024 * 1024,
    tables={
        "bills": Table(
            title="账单",
            fields={
                "month": month("账期", 2),
                "kind": code("类别", 2, KINDS),
                "meter": text("户号", 3, null=True, who=True),
                "usage": decimal("用量（千瓦时或立方米）", 2, null=True),
                "peak_usage": decimal("峰段用量", 2, null=True),
                "amount_fen": fen("应缴金额", 2),
                "arrears_fen": fen("欠费金额", 2, null=True),
                "paid_on": day("缴费日期", 2, null=True),
            },
        ),
        "events": Table(
            title="停供与容量变更",
            fields={
                "kind": code("类别", 2, KINDS),
                "event": code("事件", 2, {"stop": "停供", "load_change": "容量变更"}),
                "happened_on": day("日期", 2, inside=True),
                "days": count("停供天数", 2, null=True, most=4_000),
                "load_kva": count("变更后容量（千伏安）", 2, null=True),
            },
        ),
    },
    snapshot={
        "opened_on": day("开户日期", 2, null=True),
        "load_kva": count("合同容量（千伏安）", 2, null=True),
        "place": text("用能地址", 3, 200, null=True, who=True),
    },
)
