"""How the providers about a firm's business write: tax, invoices, bank, power, staff, land."""

from __future__ import annotations

from sandbox.domain.providers.presentation import (
    Envelope,
    Report,
    Sheet,
    code,
    day,
    fen,
    flag,
    month,
    text,
    whole,
    yuan,
)

_TAXES = "vat=10101 cit=10104 iit=10106 other=10199"
_GRADES = "A=01 B=02 M=03 C=04 D=05"
_MEDIA = "power=D water=S gas=R"
_INSURANCE = "social=SB fund=GJJ"

TAX_ENVELOPE = Envelope(code="code", message="msg", page="data.page", pages="data.pages")
TAX = Report(
    begin="data.skssqq",
    end="data.skssqz",
    total="data.zjls",
    date_format="%Y%m%d",
    sheets={
        "returns": Sheet(
            place="data.sbxx",
            fields={
                "period": month("skssq"),
                "sales_fen": yuan("xse"),
                "vat_paid_fen": yuan("zzsrke"),
                "cit_paid_fen": yuan("qysdsrke"),
                "tax_total_fen": yuan("gsrkhj"),
                "due_on": day("sbqx"),
                "filed_on": day("sbrq"),
            },
        ),
        "arrears": Sheet(
            place="data.qsxx",
            fields={
                "tax": code("zsxm", _TAXES),
                "incurred_on": day("qsrq"),
                "amount_fen": yuan("qsje"),
                "cleared_on": day("qjrq"),
            },
        ),
        "penalties": Sheet(
            place="data.wfwz",
            fields={
                "decided_on": day("cfrq"),
                "kind": code("wflx", "late_filing=1 false_invoice=2 evasion=3 other=9"),
                "amount_fen": yuan("fkje"),
            },
        ),
        "inspections": Sheet(
            place="data.jcxx",
            fields={
                "opened_on": day("larq"),
                "closed_on": day("jarq"),
                "result": code("jl", "open=0 clean=1 adjusted=2"),
                "amount_fen": yuan("cbje"),
            },
        ),
        "grades": Sheet(
            place="data.xydj",
            fields={"year": whole("pjnd"), "grade": code("pjjg", _GRADES)},
        ),
    },
    snapshot=Sheet(
        place="data.nsrjbxx",
        fields={
            "credit_grade": code("nsxydj", _GRADES),
            "taxpayer_type": code("nsrlx", "general=1 small=2"),
            "status": code("nsrzt", "normal=03 abnormal=05 closed=07"),
            "registered_on": day("djrq"),
            "headcount_declared": whole("cyrs"),
            "revenue_fen": yuan("yysr"),
            "cost_fen": yuan("yycb"),
            "profit_fen": yuan("lrze"),
            "assets_fen": yuan("zcze"),
            "liabilities_fen": yuan("fzze"),
            "industry": text("hymc"),
        },
    ),
)
TAX_INVOICE = Report(
    begin="data.kprqq",
    end="data.kprqz",
    total="data.zjls",
    date_format="%Y%m%d",
    sheets={
        "rows": Sheet(
            place="data.fpxx",
            fields={
                "number": text("fphm"),
                "direction": code("jxxbz", "out=X in=J"),
                "issued_on": day("kprq"),
                "counterparty": text("dfmc"),
                "amount_fen": yuan("hjje"),
                "tax_fen": yuan("hjse"),
                "total_fen": yuan("jshj"),
                "status": code("fpzt", "valid=0 void=2"),
            },
        )
    },
)

INVOICE_ENVELOPE = Envelope(
    code="resultCode", message="resultMsg", page="result.pageNo", pages="result.pageCount"
)
INVOICE = Report(
    begin="result.beginDate",
    end="result.endDate",
    total="result.total",
    date_format="%Y-%m-%d",
    sheets={
        "rows": Sheet(
            place="result.invoices",
            fields={
                "number": text("invoiceNo"),
                "direction": code("type", "out=SALE in=PURCHASE"),
                "issued_on": day("invoiceDate", "%Y-%m-%d"),
                "counterparty": text("partnerCode"),
                "amount_fen": fen("amountCent"),
                "tax_fen": fen("taxCent"),
                "total_fen": fen("totalCent"),
                "status": code("state", "valid=NORMAL void=CANCELLED"),
            },
        )
    },
)

BANKFLOW_ENVELOPE = Envelope(code="rspCode", message="rspMsg", job="orderNo")
BANKFLOW = Report(
    begin="content.beginDate",
    end="content.endDate",
    total="content.count",
    date_format="%Y%m%d",
    sheets={
        "statements": Sheet(
            place="content.accounts",
            fields={
                "account": text("acctNo"),
                "bank": text("openBank"),
                "from_on": day("beginDate"),
                "to_on": day("endDate"),
                "opening_fen": yuan("beginBal"),
                "closing_fen": yuan("endBal"),
            },
        ),
        "transactions": Sheet(
            place="content.details",
            fields={
                "account": text("acctNo"),
                "sequence": whole("seqNo"),
                "booked_on": day("tranDate"),
                "booked_hour": whole("tranHour"),
                "direction": code("cdFlag", "in=C out=D"),
                "amount_fen": yuan("tranAmt"),
                "balance_fen": yuan("bal"),
                "counterparty": text("oppName"),
                "counterparty_account": text("oppAcct"),
                "purpose": text("summary"),
                "kind": code(
                    "tranType",
                    "business=01 payroll=02 tax=03 loan_received=04 loan_repayment=05 pos=06 "
                    "interest=07 fee=08 wealth=09 cash=10 transfer=11 other=99",
                ),
                "related": flag("relFlag", "1", "0"),
                "own_account": flag("selfFlag", "1", "0"),
            },
        ),
    },
)

SOCIALSEC_ENVELOPE = Envelope(code="H.ztm", message="H.sm", job="H.ddh")
SOCIALSEC = Report(
    begin="H.ksrq",
    end="H.jsrq",
    total="T.jls",
    date_format="%Y%m%d",
    sheets={
        "contributions": Sheet(
            place="D",
            fields={
                "month": month("jfny"),
                "kind": code("xz", _INSURANCE),
                "base_fen": yuan("jfjs"),
                "paid_fen": yuan("sjje"),
                "state": code("jfzt", "paid=1 late=2 missed=3"),
                "employer": text("dwmc"),
            },
        ),
        "headcounts": Sheet(
            place="P",
            fields={
                "month": month("ny"),
                "kind": code("xz", _INSURANCE),
                "insured": whole("cbrs"),
                "joined": whole("xzrs"),
                "left": whole("jsrs"),
            },
        ),
    },
    snapshot=Sheet(
        place="H",
        fields={
            "social_status": code("sbzt", "active=1 suspended=2 none=0"),
            "fund_status": code("gjjzt", "active=1 suspended=2 none=0"),
            "fund_balance_fen": yuan("gjjye"),
            "first_paid_on": day("scjfrq"),
        },
    ),
)
SOCIALSEC_RECORDS = {
    "H": ("ztm", "sm", "ddh", "ksrq", "jsrq", "sbzt", "gjjzt", "gjjye", "scjfrq"),
    "D": ("jfny", "xz", "jfjs", "sjje", "jfzt", "dwmc"),
    "P": ("ny", "xz", "cbrs", "xzrs", "jsrs"),
    "T": ("jls",),
}
"""The columns of each record type of the file, after the type itself."""

UTILITY_ENVELOPE = Envelope(code="flag", message="info")
UTILITY = Report(
    begin="body.qssj",
    end="body.jzsj",
    total="body.sl",
    date_format="%Y/%m/%d",
    sheets={
        "bills": Sheet(
            place="body.zdlb",
            fields={
                "month": month("zq", "%Y/%m"),
                "kind": code("lb", _MEDIA),
                "meter": text("hh"),
                "usage": text("yl"),
                "peak_usage": text("fdyl"),
                "amount_fen": yuan("yjje"),
                "arrears_fen": yuan("qfje"),
                "paid_on": day("jfrq", "%Y/%m/%d"),
            },
        ),
        "events": Sheet(
            place="body.sjlb",
            fields={
                "kind": code("lb", _MEDIA),
                "event": code("sj", "stop=TG load_change=BG"),
                "happened_on": day("rq", "%Y/%m/%d"),
                "days": whole("ts"),
                "load_kva": whole("rl"),
            },
        ),
    },
    snapshot=Sheet(
        place="body.yhda",
        fields={
            "opened_on": day("khrq", "%Y/%m/%d"),
            "load_kva": whole("htrl"),
            "place": text("yndz"),
        },
    ),
)
