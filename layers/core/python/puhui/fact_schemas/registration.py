"""registration/1: the business registration (工商登记) of a firm, its changes and its network."""

from __future__ import annotations

from typing import Final

from puhui.fact_schemas.fields import code, count, day, fen, flag, text
from puhui.fact_schemas.model import Product, Table

STATUSES: Final = {
    "active": "存续",
    "revoked": "吊销",
    "cancelled": "注销",
    "moved_out": "迁出",
    "other": "其他",
}

REGISTRATION: Final = Product(
    code="registration/1",
    title="工商登记",
    subject="企业或个体工商户",
    max_rows=20_000,
    max_bytes=8 * 1024 * 1024,
    tables={
        "shareholders": Table(
            title="股东",
            fields={
                "name": text("股东名称", 2, 120, null=True, who=True),
                "kind": code("股东类型", 2, {"person": "自然人", "firm": "单位"}),
                "share_bps": count("持股比例（万分之一）", 2, null=True, most=10_000),
                "subscribed_fen": fen("认缴出资", 2, null=True),
            },
        ),
        "changes": Table(
            title="变更记录",
            fields={
                "kind": code(
                    "变更事项",
                    1,
                    {
                        "legal_person": "法定代表人",
                        "shareholder": "股东",
                        "capital": "注册资本",
                        "address": "住所",
                        "scope": "经营范围",
                        "executive": "高管",
                        "other": "其他",
                    },
                ),
                "changed_on": day("变更日期", 1, inside=True),
            },
        ),
        "network": Table(
            title="关联企业",
            fields={
                "relation": code(
                    "关系",
                    2,
                    {
                        "investment": "对外投资",
                        "branch": "分支机构",
                        "affiliate": "关联企业",
                        "legal_person_post": "法定代表人任职",
                    },
                ),
                "name": text("企业名称", 2, 120, null=True, who=True),
                "uscc": text("统一社会信用代码", 2, 18, null=True, who=True),
                "status": code("登记状态", 1, STATUSES, null=True),
                "abnormal": flag("列入异常名录", 1, null=True),
                "share_bps": count("持股比例（万分之一）", 2, null=True, most=10_000),
            },
        ),
        "anomalies": Table(
            title="异常与限制",
            fields={
                "kind": code(
                    "类型",
                    1,
                    {
                        "abnormal_operation": "经营异常",
                        "serious_illegal": "严重违法失信",
                        "penalty": "行政处罚",
                        "pledge": "股权出质",
                        "freeze": "股权冻结",
                        "chattel_mortgage": "动产抵押",
                    },
                ),
                "listed_on": day("列入日期", 1),
                "removed_on": day("移出日期", 1, null=True),
                "amount_fen": fen("金额", 2, null=True),
            },
        ),
    },
    snapshot={
        "name": text("企业名称", 2, 120, null=True, who=True),
        "uscc": text("统一社会信用代码", 2, 18, null=True, who=True),
        "legal_person_name": text("法定代表人", 3, 64, null=True, who=True),
        "kind": code(
            "主体类型",
            1,
            {
                "company": "有限责任公司",
                "joint_stock": "股份有限公司",
                "partnership": "合伙企业",
                "sole_investor": "个人独资企业",
                "sole_proprietor": "个体工商户",
                "cooperative": "农民专业合作社",
                "other": "其他",
            },
            null=True,
        ),
        "status": code("登记状态", 1, STATUSES),
        "established_on": day("成立日期", 1, null=True),
        "approved_on": day("核准日期", 1, null=True),
        "term_to": day("营业期限至", 1, null=True),
        "cancelled_on": day("注销或吊销日期", 1, null=True),
        "registered_capital_fen": fen("注册资本", 1, null=True),
        "paid_in_capital_fen": fen("实缴资本", 1, null=True),
        "industry_code": text("行业代码（GB/T 4754）", 1, 8, null=True),
        "region_code": text("登记地区划（GB/T 2260）", 1, 6, null=True),
        "address": text("住所", 2, 200, null=True, who=True),
        "business_scope": text("经营范围", 1, 4_000, null=True),
        "insured_count": count("年报参保人数", 2, null=True),
        "employee_count": count("年报从业人数", 2, null=True),
        "last_report_year": count("最近年报年度", 1, null=True, least=1980, most=2100),
        "micro_firm": flag("小微企业名录", 1, null=True),
        "high_tech": flag("高新技术企业", 1, null=True),
    },
)
