"""tax/1: tax returns, arrears, penalties and the tax credit grade (纳税信用等级) of a firm."""

from __future__ import annotations

from typing import Final

from puhui.fact_schemas.fields import code, count, day, fen, month, text
from puhui.fact_schemas.model import Product, Table

TAXES: Final = {
    "vat": "增值税",
    "cit": "企业所得税",
    "iit": "个人所得税",
    "other": "其他税费",
}
GRADES: Final = {"A": "A 级", "B": "B 级", "M": "M 级", "C": "C 级", "D": "D 级"}

TAX: Final = Product(
    code="tax/1",
    title="纳税信息",
    subject="企业或个体工商户",
    max_rows=5_000,
    max_bytes=2 * 1024 * 1024,
    tables={
        "returns": Table(
            title="申报与入库",
            fields={
                "period": month("税款所属期", 2),
                "sales_fen": fen("增值税申报销售额", 2, null=True, signed=True),
                "vat_paid_fen": fen("增值税入库额", 2, null=True, signed=True),
                "cit_paid_fen": fen("企业所得税入库额", 2, null=True, signed=True),
                "tax_total_fen": fen("各税入库合计", 2, null=True, signed=True),
                "due_on": day("申报期限", 2, null=True),
                "filed_on": day("申报日期", 2, null=True),
            },
        ),
        "arrears": Table(
            title="欠税",
            fields={
                "tax": code("税种", 2, TAXES),
                "incurred_on": day("欠税日期", 2),
                "amount_fen": fen("欠税金额", 2),
                "cleared_on": day("清缴日期", 2, null=True),
            },
        ),
        "penalties": Table(
            title="违法违章与处罚",
            fields={
                "decided_on": day("处罚日期", 2),
                "kind": code(
                    "类型",
                    2,
                    {
                        "late_filing": "逾期申报",
                        "false_invoice": "虚开发票",
                        "evasion": "偷逃税款",
                        "other": "其他违法",
                    },
                ),
                "amount_fen": fen("罚款金额", 2, null=True),
            },
        ),
        "inspections": Table(
            title="税务稽查",
            fields={
                "opened_on": day("立案日期", 2),
                "closed_on": day("结案日期", 2, null=True),
                "result": code("结论", 2, {"open": "未结", "clean": "无问题", "adjusted": "查补"}),
                "amount_fen": fen("查补金额", 2, null=True),
            },
        ),
        "grades": Table(
            title="历年纳税信用等级",
            fields={
                "year": count("评价年度", 2, least=1994, most=2100),
                "grade": code("等级", 2, GRADES),
            },
        ),
    },
    snapshot={
        "credit_grade": code("纳税信用等级", 2, GRADES, null=True),
        "taxpayer_type": code(
            "纳税人类型", 2, {"general": "一般纳税人", "small": "小规模纳税人"}, null=True
        ),
        "status": code(
            "纳税人状态",
            2,
            {"normal": "正常", "abnormal": "非正常户", "closed": "注销"},
            null=True,
        ),
        "registered_on": day("税务登记日期", 2, null=True),
        "headcount_declared": count("申报从业人数", 2, null=True),
        "revenue_fen": fen("上年营业收入", 2, null=True, signed=True),
        "cost_fen": fen("上年营业成本", 2, null=True, signed=True),
        "profit_fen": fen("上年利润总额", 2, null=True, signed=True),
        "assets_fen": fen("上年末资产总额", 2, null=True, signed=True),
        "liabilities_fen": fen("上年末负债总额", 2, null=True, signed=True),
        "industry": text("税务登记行业", 2, 64, null=True),
    },
)
