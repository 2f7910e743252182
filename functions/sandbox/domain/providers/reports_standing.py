"""How the providers about standing write: registry, court, devices."""

from __future__ import annotations

from sandbox.domain.providers.presentation import (
    Envelope,
    Report,
    Sheet,
    code,
    day,
    flag,
    text,
    wan,
    whole,
)

_DAY = "%Y-%m-%d"
_STATUS = "active=存续 revoked=吊销 cancelled=注销 moved_out=迁出 other=其他"

REGISTRY_ENVELOPE = Envelope(code="status", message="message")
REGISTRY = Report(
    begin="result.startDate",
    end="result.endDate",
    total="result.num",
    date_format=_DAY,
    sheets={
        "shareholders": Sheet(
            place="result.partners",
            fields={
                "name": text("StockName"),
                "kind": code("StockType", "person=自然人股东 firm=企业法人"),
                "share_bps": whole("StockBps"),
                "subscribed_fen": wan("ShouldCapi"),
            },
        ),
        "changes": Sheet(
            place="result.changeRecords",
            fields={
                "kind": code(
                    "ProjectName",
                    "legal_person=法定代表人变更 shareholder=投资人变更 capital=注册资本变更 "
                    "address=住所变更 scope=经营范围变更 executive=高级管理人员备案 other=其他",
                ),
                "changed_on": day("ChangeDate", _DAY),
            },
        ),
        "network": Sheet(
            place="result.relations",
            fields={
                "relation": code(
                    "RelType", "investment=TZ branch=FZ affiliate=GL legal_person_post=RZ"
                ),
                "name": text("EntName"),
                "uscc": text("CreditCode"),
                "status": code("Status", _STATUS),
                "abnormal": flag("IsException", "1", "0"),
                "share_bps": whole("StockBps"),
            },
        ),
        "anomalies": Sheet(
            place="result.exceptions",
            fields={
                "kind": code(
                    "Kind",
                    "abnormal_operation=YC serious_illegal=YZ penalty=CF pledge=CZ freeze=DJ "
                    "chattel_mortgage=DY",
                ),
                "listed_on": day("AddDate", _DAY),
                "removed_on": day("RemoveDate", _DAY),
                "amount_fen": wan("Amount"),
            },
        ),
    },
    snapshot=Sheet(
        place="result.basic",
        fields={
            "name": text("Name"),
            "uscc": text("CreditCode"),
            "legal_person_name": text("OperName"),
            "kind": code(
                "EconKind",
                "company=1100 joint_stock=1200 partnership=4500 sole_investor=4540 "
                "sole_proprietor=9500 cooperative=9100 other=9900",
            ),
            "status": code("Status", _STATUS),
            "established_on": day("StartDate", _DAY),
            "approved_on": day("CheckDate", _DAY),
            "term_to": day("TermEnd", _DAY),
            "cancelled_on": day("EndDate", _DAY),
            "registered_capital_fen": wan("RegistCapi"),
            "paid_in_capital_fen": wan("RecCap"),
            "industry_code": text("IndustryCode"),
            "region_code": text("AreaCode"),
            "address": text("Address"),
            "business_scope": text("Scope"),
            "insured_count": whole("InsuredCount"),
            "employee_count": whole("EmployeeCount"),
            "last_report_year": whole("ReportYear"),
            "micro_firm": flag("IsMicro", "1", "0"),
            "high_tech": flag("IsHighTech", "1", "0"),
        },
    ),
)

_SUBJECT = "ent=Q own=R"
COURT_ENVELOPE = Envelope(code="@dm", message="@ms")
COURT = Report(
    begin="qj.@ks",
    end="qj.@js",
    total="qj.@zs",
    date_format=_DAY,
    sheets={
        "cases": Sheet(
            place="ssaj.aj",
            fields={
                "case_no": text("ah"),
                "subject": code("@zt", _SUBJECT),
                "role": code("ssdw", "defendant=被告 plaintiff=原告 third=第三人"),
                "cause": code("ay", "loan=9010 trade=9020 labour=9030 other=9990"),
                "criminal": flag("@xs", "1", "0"),
                "filed_on": day("larq", _DAY),
                "closed_on": day("jarq", _DAY),
                "amount_fen": wan("bdje"),
                "court": text("fymc"),
            },
        ),
        "enforcements": Sheet(
            place="zxxx.zx",
            fields={
                "case_no": text("zxah"),
                "subject": code("@zt", _SUBJECT),
                "kind": code("@lx", "enforced=BZX dishonest=SX restricted=XG terminated=ZB"),
                "listed_on": day("fbrq", _DAY),
                "removed_on": day("cxrq", _DAY),
                "amount_fen": wan("zxbd"),
                "court": text("zxfy"),
            },
        ),
        "notices": Sheet(
            place="sfgg.gg",
            fields={
                "kind": code(
                    "@lx",
                    "bankruptcy=PC auction=PM asset_freeze=BQ hearing=KT announcement=GG",
                ),
                "subject": code("@zt", _SUBJECT),
                "published_on": day("ggrq", _DAY),
                "amount_fen": wan("ggje"),
            },
        ),
    },
)

DEVICE_ENVELOPE = Envelope(code="ret", message="retMsg")
DEVICE = Report(
    begin="profile.since",
    end="profile.until",
    total="profile.size",
    date_format="%Y%m%d",
    sheets={
        "events": Sheet(
            place="profile.events",
            fields={
                "happened_on": day("dt"),
                "happened_hour": whole("hh"),
                "kind": code("ev", "register=REG login=LGN apply=APL"),
                "device": text("did"),
                "account": text("uid"),
                "ip": text("ipHash"),
                "grid": text("geo"),
                "staff": flag("isStaff", "T", "F"),
            },
        ),
        "forms": Sheet(
            place="profile.forms",
            fields={
                "measure": code("k", "fill_time=FT edits=ED paste=PS idle=ID retry=RT"),
                "measured_on": day("dt"),
                "value": whole("v"),
                "median": whole("med"),
            },
        ),
        "checks": Sheet(
            place="profile.verify",
            fields={
                "kind": code(
                    "k",
                    "face=V01 liveness=V02 name_id=V03 three_factor=V04 bank_card=V05 "
                    "id_document=V06 number_age=V07 number_status=V08",
                ),
                "checked_on": day("dt"),
                "result": code("r", "pass=1 fail=0 unknown=9"),
                "score": whole("s"),
                "months": whole("zwsc"),
            },
        ),
    },
)
