"""agriculture/1: land, crops, livestock, subsidies and village rating (农业土地) of a household."""

from __future__ import annotations

from typing import Final

from puhui.fact_schemas.fields import code, count, day, decimal, fen, flag, text
from puhui.fact_schemas.model import Product, Table

AGRICULTURE: Final = Product(
    code="agriculture/1",
    title="农业与土地",
    subject="农户",
    max_rows=5_000,
    max_bytes=2 * 1024 * 1024,
    tables={
        "plots": Table(
            title="地块",
            fields={
                "plot_no": text("地块编号", 3, null=True, who=True),
                "tenure": code(
                    "来源",
                    3,
                    {
                        "contracted": "家庭承包",
                        "transferred_in": "流转入",
                        "transferred_out": "流转出",
                        "other": "其他方式承包",
                    },
                ),
                "right": code(
                    "权利类型",
                    3,
                    {
                        "contract_right": "承包经营权",
                        "operation_right": "经营权",
                        "forest_right": "林权",
                        "other": "其他",
                    },
                    null=True,
                ),
                "certified": flag("已确权", 3, null=True),
                "area_mu": decimal("面积（亩）", 3),
                "from_on": day("起始日", 3, null=True),
                "to_on": day("截止日", 3, null=True),
            },
        ),
        "crops": Table(
            title="种植",
            fields={
                "year": count("年度", 3, least=1980, most=2100),
                "crop": code(
                    "作物",
                    3,
                    {
                        "grain": "粮食",
                        "oil": "油料",
                        "tea": "茶叶",
                        "vegetable": "蔬菜",
                        "fruit": "水果",
                        "other": "其他",
                    },
                ),
                "area_mu": decimal("面积（亩）", 3),
                "yield_kg": decimal("产量（公斤）", 3, null=True),
                "price_index": decimal("价格指数（上年为 100）", 1, null=True),
                "income_fen": fen("估计收入", 3, null=True),
            },
        ),
        "livestock": Table(
            title="养殖",
            fields={
                "kind": code(
                    "种类",
                    3,
                    {
                        "pig": "生猪",
                        "poultry": "家禽",
                        "aquatic": "水产",
                        "cattle_sheep": "牛羊",
                    },
                ),
                "counted_on": day("盘点日期", 3),
                "stock": count("存栏", 3),
                "sold_l12m": count("近 12 个月出栏", 3, null=True),
                "insured": count("投保数量", 3, null=True),
            },
        ),
        "payments": Table(
            title="补贴与农业保险",
            fields={
                "kind": code("类型", 3, {"subsidy": "补贴", "premium": "保费", "claim": "赔款"}),
                "paid_on": day("日期", 3, inside=True),
                "amount_fen": fen("金额", 3),
            },
        ),
        "vegetation": Table(
            title="遥感植被指数",
            fields={
                "observed_on": day("观测日期", 2, inside=True),
                "ndvi": decimal("植被指数", 2),
                "ndvi_normal": decimal("常年同期植被指数", 2, null=True),
            },
        ),
    },
    snapshot={
        "village_code": text("行政村代码", 2, 12, null=True, who=True),
        "village_grade": code(
            "信用村评级",
            2,
            {"A": "A 级", "B": "B 级", "C": "C 级", "D": "D 级", "E": "E 级"},
            null=True,
        ),
        "household_score": count("村级评议得分", 3, null=True, most=1_000),
        "household_size": count("家庭人口", 3, null=True, most=100),
        "labour_count": count("劳动力人数", 3, null=True, most=100),
        "cooperative_member": flag("合作社成员", 3, null=True),
        "cooperative_leader": flag("合作社负责人", 3, null=True),
    },
)
