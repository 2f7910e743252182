"""invoice/1: the VAT invoices (增值税发票) of a firm, sales and purchases."""

from __future__ import annotations

from typing import Final

from puhui.fact_schemas.fields import code, day, fen, text
from puhui.fact_schemas.model import MEBIBYTE, Product, Table

INVOICE: Final = Product(
    code="invoice/1",
    title="增值税发票明细",
    subject="企业或个体工商户",
    schema_may_be_left_out=True,
    max_rows=200_000,
    max_bytes=32 * MEBIBYTE,
    tables={
        "rows": Table(
            title="发票",
            fields={
                "number": text("发票号码", 2, 32),
                "direction": code("方向", 2, {"out": "销项", "in": "进项"}),
                "issued_on": day("开票日期", 2, inside=True),
                "counterparty": text("对方单位", 3, 64, who=True),
                "amount_fen": fen("金额", 2, signed=True),
                "tax_fen": fen("税额", 2, signed=True),
                "total_fen": fen("价税合计", 2, signed=True),
                "status": code("发票状态", 2, {"valid": "有效", "void": "作废"}),
            },
        ),
    },
)
