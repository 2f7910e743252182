"""bank_flow/1: the account statements (银行流水) of a firm or its owner."""

from __future__ import annotations

from typing import Final

from puhui.fact_schemas.fields import code, count, day, fen, flag, text
from puhui.fact_schemas.model import MEBIBYTE, Product, Table

BANK_FLOW: Final = Product(
    code="bank_flow/1",
    title="银行流水",
    subject="企业或企业主",
    max_rows=100_000,
    max_bytes=32 * MEBIBYTE,
    tables={
        "statements": Table(
            title="对账单",
            fields={
                "account": text("账号", 3, who=True),
                "bank": text("开户行", 3, 80, null=True),
                "from_on": day("起始日", 3),
                "to_on": day("截止日", 3),
                "opening_fen": fen("期初余额", 3, null=True, signed=True),
                "closing_fen": fen("期末余额", 3, null=True, signed=True),
            },
        ),
        "transactions": Table(
            title="交易",
            fields={
                "account": text("账号", 3, who=True),
                "sequence": count("账户内顺序号", 3),
                "booked_on": day("交易日期", 3, inside=True),
                "booked_hour": count("交易时（0–23）", 3, null=True, most=23),
                "direction": code("收支方向", 3, {"in": "收入", "out": "支出"}),
                "amount_fen": fen("交易金额", 3),
                "balance_fen": fen("交易后余额", 3, null=True, signed=True),
                "counterparty": text("对方户名", 3, 120, null=True, who=True),
                "counterparty_account": text("对方账号", 3, null=True, who=True),
                "purpose": text("摘要", 3, 200, null=True),
                "kind": code(
                    "交易类型",
                    3,
                    {
                        "business": "经营往来",
                        "payroll": "代发工资",
                        "tax": "税费",
                        "loan_received": "贷款发放",
                        "loan_repayment": "归还贷款",
                        "pos": "收单入账",
                        "interest": "存款利息",
                        "fee": "手续费",
                        "wealth": "理财",
                        "cash": "现金",
                        "transfer": "个人往来",
                        "other": "其他",
                    },
                ),
                "related": flag("对方为关联方", 3, null=True),
                "own_account": flag("对方为本人账户", 3, null=True),
            },
        ),
    },
)
