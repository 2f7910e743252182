"""social_security/1: social insurance and housing fund (社保公积金) of a person or an employer."""

from __future__ import annotations

from typing import Final

from puhui.fact_schemas.fields import code, count, day, fen, month, text
from puhui.fact_schemas.model import Product, Table

SOCIAL_SECURITY: Final = Product(
    code="social_security/1",
    title="社保公积金",
    subject="企业或个人",
    max_rows=2_000,
    max_bytes=1024 * 1024,
    tables={
        "contributions": Table(
            title="缴存记录",
            fields={
                "month": month("缴存月份", 3),
                "kind": code("险种", 3, {"social": "社会保险", "fund": "住房公积金"}),
                "base_fen": fen("缴存基数", 3, null=True),
                "paid_fen": fen("实缴金额", 3, null=True),
                "state": code("状态", 3, {"paid": "足额", "late": "补缴", "missed": "断缴"}),
                "employer": text("缴存单位", 3, 120, null=True, who=True),
            },
        ),
        "headcounts": Table(
            title="单位参保人数",
            fields={
                "month": month("月份", 2),
                "kind": code("险种", 2, {"social": "社会保险", "fund": "住房公积金"}),
                "insured": count("参保人数", 2),
                "joined": count("新增人数", 2, null=True),
                "left": count("减少人数", 2, null=True),
            },
        ),
    },
    snapshot={
        "social_status": code(
            "社保状态", 3, {"active": "正常", "suspended": "停缴", "none": "未参保"}, null=True
        ),
        "fund_status": code(
            "公积金状态", 3, {"active": "正常", "suspended": "封存", "none": "未开户"}, null=True
        ),
        "fund_balance_fen": fen("公积金余额", 3, null=True),
        "first_paid_on": day("首次缴存日期", 3, null=True),
    },
)
