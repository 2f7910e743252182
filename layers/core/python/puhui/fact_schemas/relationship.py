"""relationship/1: what a customer holds and does at this bank (本行关系)."""

from __future__ import annotations

from typing import Final

from puhui.fact_schemas.fields import code, count, day, fen, flag, month, text
from puhui.fact_schemas.model import Product, Table

RELATIONSHIP: Final = Product(
    code="relationship/1",
    title="本行关系",
    subject="本行客户",
    max_rows=10_000,
    max_bytes=4 * 1024 * 1024,
    tables={
        "balances": Table(
            title="月度余额",
            fields={
                "month": month("月份", 3),
                "kind": code("种类", 3, {"demand": "活期", "term": "定期", "wealth": "理财"}),
                "average_fen": fen("月日均余额", 3),
                "minimum_fen": fen("月最低余额", 3, null=True),
                "end_fen": fen("月末余额", 3, null=True),
            },
        ),
        "repayments": Table(
            title="还款",
            fields={
                "loan_no": text("借据号", 3, null=True, who=True),
                "due_on": day("应还日期", 3, inside=True),
                "paid_on": day("结清日期", 3, null=True),
                "due_fen": fen("应还金额", 3),
                "paid_fen": fen("已还金额", 3, null=True),
                "days_past_due": count("逾期天数", 3, most=20_000),
                "early": flag("提前还款", 3, null=True),
            },
        ),
        "utilisations": Table(
            title="授信使用",
            fields={
                "month": month("月份", 3),
                "limit_fen": fen("授信额度", 3),
                "used_fen": fen("月均已用额度", 3),
            },
        ),
        "activities": Table(
            title="交易活跃",
            fields={
                "month": month("月份", 3),
                "kind": code(
                    "种类",
                    3,
                    {
                        "login": "手机银行登录",
                        "transfer": "转账",
                        "payroll": "代发",
                        "qr_pos": "收款码与收单",
                    },
                ),
                "count": count("笔数", 3),
                "amount_fen": fen("金额", 3, null=True),
            },
        ),
    },
    snapshot={
        "customer_since": day("开户日期", 3, null=True),
        "product_count": count("持有产品数", 3, null=True, most=1_000),
        "has_mobile_bank": flag("手机银行", 3, null=True),
        "has_payroll": flag("代发工资户", 3, null=True),
        "has_qr_pos": flag("收款码", 3, null=True),
        "has_card": flag("信用卡", 3, null=True),
        "has_term": flag("定期存款", 3, null=True),
        "has_wealth": flag("理财", 3, null=True),
        "has_mortgage": flag("住房贷款", 3, null=True),
        "has_biz_loan": flag("经营性贷款", 3, null=True),
    },
)
