"""bureau/1: the credit report (征信报告) of a person or a firm."""

from __future__ import annotations

from typing import Final

from puhui.fact_schemas.fields import code, count, day, fen, flag, month, text
from puhui.fact_schemas.model import Product, Table

ORG_KINDS: Final = {
    "bank": "银行",
    "micro": "小额贷款公司",
    "cons_fin": "消费金融公司",
    "guarantee": "担保公司",
    "other": "其他机构",
}
FIVE_CLASSES: Final = {
    "normal": "正常",
    "attention": "关注",
    "substandard": "次级",
    "doubtful": "可疑",
    "loss": "损失",
}

BUREAU: Final = Product(
    code="bureau/1",
    title="征信报告",
    subject="企业或企业主",
    max_rows=10_000,
    max_bytes=4 * 1024 * 1024,
    tables={
        "accounts": Table(
            title="信贷账户",
            fields={
                "account_no": text("账户编号", 3, who=True),
                "product": code(
                    "业务种类",
                    3,
                    {
                        "card": "信用卡",
                        "biz_loan": "经营性贷款",
                        "mortgage": "住房贷款",
                        "consumer_loan": "消费贷款",
                        "farm_loan": "农户贷款",
                        "guarantee": "对外担保",
                        "other_loan": "其他贷款",
                    },
                ),
                "org": text("授信机构", 3, null=True, who=True),
                "org_kind": code("机构类型", 3, ORG_KINDS, null=True),
                "opened_on": day("开立日期", 3),
                "closed_on": day("关闭日期", 3, null=True),
                "status": code(
                    "账户状态",
                    3,
                    {
                        "normal": "正常",
                        "overdue": "逾期",
                        "bad_debt": "呆账",
                        "frozen": "冻结或止付",
                        "closed": "结清或销户",
                    },
                ),
                "five_class": code("五级分类", 3, FIVE_CLASSES, null=True),
                "limit_fen": fen("授信额度或合同金额", 3, null=True),
                "balance_fen": fen("余额或已用额度", 3, null=True),
                "monthly_due_fen": fen("本月应还款", 3, null=True),
                "overdue_fen": fen("当前逾期金额", 3, null=True),
                "overdue_periods": count("当前逾期期数", 3, null=True, most=999),
                "secured": flag("有抵质押或保证", 3, null=True),
            },
        ),
        "payments": Table(
            title="近 24 个月还款记录",
            fields={
                "account_no": text("账户编号", 3, who=True),
                "month": month("月份", 3),
                "overdue_level": count("逾期期数（0 正常，7 为 180 天以上）", 3, most=7),
                "overdue_fen": fen("逾期金额", 3, null=True),
            },
        ),
        "queries": Table(
            title="查询记录",
            fields={
                "queried_on": day("查询日期", 3, inside=True),
                "reason": code(
                    "查询原因",
                    3,
                    {
                        "loan": "贷款审批",
                        "card": "信用卡审批",
                        "guarantee": "担保资格审查",
                        "post_loan": "贷后管理",
                        "self": "本人查询",
                        "other": "其他",
                    },
                ),
                "org": text("查询机构", 3, null=True, who=True),
                "org_kind": code("机构类型", 3, ORG_KINDS, null=True),
            },
        ),
        "special_trades": Table(
            title="特殊交易",
            fields={
                "account_no": text("账户编号", 3, null=True, who=True),
                "kind": code(
                    "交易类型",
                    3,
                    {
                        "extension": "展期",
                        "early_repayment": "提前还款",
                        "guarantor_repaid": "担保人代偿",
                        "in_kind": "以资抵债",
                        "restructured": "债务重组",
                        "asset_disposal": "资产处置",
                        "written_off": "核销",
                        "other": "其他",
                    },
                ),
                "happened_on": day("发生日期", 3),
                "amount_fen": fen("金额", 3, null=True),
            },
        ),
        "public_records": Table(
            title="公共记录",
            fields={
                "kind": code(
                    "记录类型",
                    3,
                    {
                        "civil_judgment": "民事判决",
                        "enforcement": "强制执行",
                        "tax_arrears": "欠税",
                        "admin_penalty": "行政处罚",
                    },
                ),
                "recorded_on": day("记录日期", 3),
                "closed_on": day("了结日期", 3, null=True),
                "amount_fen": fen("金额", 3, null=True),
            },
        ),
    },
    snapshot={
        "reported_on": day("报告日期", 3),
        "first_loan_on": day("首笔贷款日期", 3, null=True),
        "first_card_on": day("首张信用卡日期", 3, null=True),
        "history_months": count("信用历史月数", 3, null=True, most=1_200),
        "bad_debt_count": count("呆账笔数", 3, null=True),
        "bad_debt_fen": fen("呆账余额", 3, null=True),
        "compensation_count": count("代偿笔数", 3, null=True),
        "compensation_fen": fen("代偿余额", 3, null=True),
        "disposal_count": count("资产处置笔数", 3, null=True),
        "disposal_fen": fen("资产处置余额", 3, null=True),
        "housing_fund_months": count("公积金缴存月数", 3, null=True, most=1_200),
    },
)
