"""How the provider about land and farming writes."""

from __future__ import annotations

from sandbox.domain.providers.presentation import (
    Envelope,
    Report,
    Sheet,
    code,
    day,
    flag,
    text,
    whole,
    yuan,
)

_DAY = "%Y-%m-%d"

AGRI_ENVELOPE = Envelope(code="state", message="stateText")
AGRI = Report(
    begin="farm.from",
    end="farm.to",
    total="farm.records",
    date_format=_DAY,
    sheets={
        "plots": Sheet(
            place="farm.dikuai",
            fields={
                "plot_no": text("dkbm"),
                "tenure": code(
                    "ly", "contracted=110 transferred_in=120 transferred_out=130 other=190"
                ),
                "right": code("qllx", "contract_right=1 operation_right=2 forest_right=3 other=9"),
                "certified": flag("sfqq", "是", "否"),
                "area_mu": text("scmj"),
                "from_on": day("qsrq", _DAY),
                "to_on": day("zzrq", _DAY),
            },
        ),
        "crops": Sheet(
            place="farm.zhongzhi",
            fields={
                "year": whole("nd"),
                "crop": code("zw", "grain=LS oil=YL tea=CY vegetable=SC fruit=SG other=QT"),
                "area_mu": text("mj"),
                "yield_kg": text("cl"),
                "price_index": text("jgzs"),
                "income_fen": yuan("gjsr"),
            },
        ),
        "livestock": Sheet(
            place="farm.yangzhi",
            fields={
                "kind": code("zl", "pig=ZHU poultry=QIN aquatic=YU cattle_sheep=NIUYANG"),
                "counted_on": day("pdrq", _DAY),
                "stock": whole("cl"),
                "sold_l12m": whole("chl"),
                "insured": whole("tbs"),
            },
        ),
        "payments": Sheet(
            place="farm.butie",
            fields={
                "kind": code("lx", "subsidy=BT premium=BF claim=PK"),
                "paid_on": day("rq", _DAY),
                "amount_fen": yuan("je"),
            },
        ),
        "vegetation": Sheet(
            place="farm.yaogan",
            fields={
                "observed_on": day("gcrq", _DAY),
                "ndvi": text("zbzs"),
                "ndvi_normal": text("cnzs"),
            },
        ),
    },
    snapshot=Sheet(
        place="farm.nonghu",
        fields={
            "village_code": text("xzcdm"),
            "village_grade": code("xycpj", "A=A B=B C=C D=D E=E"),
            "household_score": whole("pydf"),
            "household_size": whole("jtrk"),
            "labour_count": whole("ldl"),
            "cooperative_member": flag("hzscy", "是", "否"),
            "cooperative_leader": flag("hzsfzr", "是", "否"),
        },
    ),
)
