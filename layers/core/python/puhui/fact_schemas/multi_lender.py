"""multi_lender/1: who asked about a person at how many lenders (多头借贷)."""

from __future__ import annotations

from typing import Final

from puhui.fact_schemas.fields import code, count, day, text
from puhui.fact_schemas.model import Product, Table

MULTI_LENDER: Final = Product(
    code="multi_lender/1",
    title="多头借贷",
    subject="企业主或个人",
    max_rows=5_000,
    max_bytes=2 * 1024 * 1024,
    tables={
        "queries": Table(
            title="申请记录",
            fields={
                "key": code("匹配依据", 3, {"id": "身份证号", "cell": "手机号"}),
                "queried_on": day("申请日期", 3, inside=True),
                "queried_hour": count("申请时（0–23）", 3, null=True, most=23),
                "org": text("机构代号", 3),
                "org_kind": code(
                    "机构类型",
                    3,
                    {
                        "bank": "银行",
                        "micro": "小额贷款公司",
                        "cons_fin": "消费金融公司",
                        "other_nbank": "其他非银机构",
                    },
                ),
            },
        ),
    },
)
