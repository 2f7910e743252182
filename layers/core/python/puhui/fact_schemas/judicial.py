"""judicial/1: lawsuits and enforcement (司法涉诉) of a firm and its owner."""

from __future__ import annotations

from typing import Final

from puhui.fact_schemas.fields import SUBJECTS, code, day, fen, flag, text
from puhui.fact_schemas.model import Product, Table

JUDICIAL: Final = Product(
    code="judicial/1",
    title="司法涉诉",
    subject="企业及企业主",
    max_rows=20_000,
    max_bytes=8 * 1024 * 1024,
    tables={
        "cases": Table(
            title="诉讼案件",
            fields={
                "case_no": text("案号", 2, 80, null=True, who=True),
                "subject": code("涉案主体", 2, SUBJECTS),
                "role": code(
                    "诉讼地位",
                    2,
                    {"defendant": "被告", "plaintiff": "原告", "third": "第三人"},
                ),
                "cause": code(
                    "案由",
                    2,
                    {
                        "loan": "借贷纠纷",
                        "trade": "买卖合同纠纷",
                        "labour": "劳动争议",
                        "other": "其他",
                    },
                ),
                "criminal": flag("刑事案件", 3, null=True),
                "filed_on": day("立案日期", 2, inside=True),
                "closed_on": day("结案日期", 2, null=True),
                "amount_fen": fen("涉案金额", 2, null=True),
                "court": text("法院", 2, 80, null=True),
            },
        ),
        "enforcements": Table(
            title="执行信息",
            fields={
                "case_no": text("执行案号", 2, 80, null=True, who=True),
                "subject": code("被执行主体", 2, SUBJECTS),
                "kind": code(
                    "类型",
                    2,
                    {
                        "enforced": "被执行人",
                        "dishonest": "失信被执行人",
                        "restricted": "限制高消费",
                        "terminated": "终结本次执行",
                    },
                ),
                "listed_on": day("立案或发布日期", 2),
                "removed_on": day("撤销或结案日期", 2, null=True),
                "amount_fen": fen("执行标的", 2, null=True),
                "court": text("法院", 2, 80, null=True),
            },
        ),
        "notices": Table(
            title="司法公告",
            fields={
                "kind": code(
                    "类型",
                    2,
                    {
                        "bankruptcy": "破产重整",
                        "auction": "司法拍卖",
                        "asset_freeze": "财产保全",
                        "hearing": "开庭公告",
                        "announcement": "法院公告",
                    },
                ),
                "subject": code("主体", 2, SUBJECTS),
                "published_on": day("公告日期", 2, inside=True),
                "amount_fen": fen("金额", 2, null=True),
            },
        ),
    },
)
