"""How the providers about debts write: bureau, loans elsewhere, this bank's own customers."""

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

_DAY = "%Y.%m.%d"
_ORGANISATIONS = "bank=11 micro=12 cons_fin=13 guarantee=14 other=19"

BUREAU_ENVELOPE = Envelope(code="HEAD.RES_CODE", message="HEAD.RES_MSG")
BUREAU = Report(
    begin="REPORT.PERIOD.BEGIN_DATE",
    end="REPORT.PERIOD.END_DATE",
    total="REPORT.PERIOD.REC_NUM",
    date_format=_DAY,
    sheets={
        "accounts": Sheet(
            place="REPORT.ACCT_LIST.ACCT",
            fields={
                "account_no": text("ACCT_NO"),
                "product": code(
                    "BIZ_TYPE",
                    "card=71 biz_loan=41 mortgage=11 consumer_loan=91 farm_loan=51 guarantee=61 "
                    "other_loan=99",
                ),
                "org": text("ORG_NAME"),
                "org_kind": code("ORG_TYPE", _ORGANISATIONS),
                "opened_on": day("OPEN_DATE", _DAY),
                "closed_on": day("CLOSE_DATE", _DAY),
                "status": code("STATUS", "normal=1 overdue=2 bad_debt=4 frozen=6 closed=3"),
                "five_class": code(
                    "FIVE_CLASS", "normal=1 attention=2 substandard=3 doubtful=4 loss=5"
                ),
                "limit_fen": yuan("CREDIT_AMT"),
                "balance_fen": yuan("BALANCE"),
                "monthly_due_fen": yuan("CUR_DUE"),
                "overdue_fen": yuan("OVERDUE_AMT"),
                "overdue_periods": whole("OVERDUE_TERM"),
                "secured": flag("SECURED", "1", "2"),
            },
        ),
        "payments": Sheet(
            place="REPORT.PAY_LIST.PAY",
            fields={
                "account_no": text("ACCT_NO"),
                "month": month("MONTH", "%Y.%m"),
                "overdue_level": whole("LEVEL"),
                "overdue_fen": yuan("OVERDUE_AMT"),
            },
        ),
        "queries": Sheet(
            place="REPORT.QUERY_LIST.QUERY",
            fields={
                "queried_on": day("QUERY_DATE", _DAY),
                "reason": code(
                    "REASON", "loan=02 card=03 guarantee=08 post_loan=01 self=14 other=99"
                ),
                "org": text("ORG_NAME"),
                "org_kind": code("ORG_TYPE", _ORGANISATIONS),
            },
        ),
        "special_trades": Sheet(
            place="REPORT.SPECIAL_LIST.SPECIAL",
            fields={
                "account_no": text("ACCT_NO"),
                "kind": code(
                    "TRADE_TYPE",
                    "extension=1 guarantor_repaid=2 early_repayment=4 in_kind=5 restructured=6 "
                    "asset_disposal=7 written_off=8 other=9",
                ),
                "happened_on": day("TRADE_DATE", _DAY),
                "amount_fen": yuan("TRADE_AMT"),
            },
        ),
        "public_records": Sheet(
            place="REPORT.PUBLIC_LIST.PUBLIC",
            fields={
                "kind": code(
                    "REC_TYPE",
                    "civil_judgment=J enforcement=E tax_arrears=T admin_penalty=P",
                ),
                "recorded_on": day("REC_DATE", _DAY),
                "closed_on": day("END_DATE", _DAY),
                "amount_fen": yuan("REC_AMT"),
            },
        ),
    },
    snapshot=Sheet(
        place="REPORT.SUMMARY",
        fields={
            "reported_on": day("REPORT_DATE", _DAY),
            "first_loan_on": day("FIRST_LOAN", _DAY),
            "first_card_on": day("FIRST_CARD", _DAY),
            "history_months": whole("HIST_MONTHS"),
            "bad_debt_count": whole("BAD_NUM"),
            "bad_debt_fen": yuan("BAD_AMT"),
            "compensation_count": whole("COMP_NUM"),
            "compensation_fen": yuan("COMP_AMT"),
            "disposal_count": whole("DISP_NUM"),
            "disposal_fen": yuan("DISP_AMT"),
            "housing_fund_months": whole("FUND_MONTHS"),
        },
    ),
)

MULTILENDER_ENVELOPE = Envelope(code="code", message="code_msg")
MULTILENDER = Report(
    begin="als.from_date",
    end="als.to_date",
    total="als.cnt",
    date_format="%Y-%m-%d",
    sheets={
        "queries": Sheet(
            place="als.list",
            fields={
                "key": code("by", "id=id cell=cell"),
                "queried_on": day("dt", "%Y-%m-%d"),
                "queried_hour": whole("hr"),
                "org": text("org_no"),
                "org_kind": code("org_tp", "bank=bk micro=mc cons_fin=cf other_nbank=nb"),
            },
        )
    },
)

RELATION_ENVELOPE = Envelope(code="respCode", message="respDesc")
RELATION = Report(
    begin="cust.startDt",
    end="cust.endDt",
    total="cust.rowNum",
    date_format="%Y%m%d",
    sheets={
        "balances": Sheet(
            place="cust.depList",
            fields={
                "month": month("dataMth"),
                "kind": code("depTyp", "demand=HQ term=DQ wealth=LC"),
                "average_fen": fen("mthAvg"),
                "minimum_fen": fen("mthMin"),
                "end_fen": fen("mthEnd"),
            },
        ),
        "repayments": Sheet(
            place="cust.repayList",
            fields={
                "loan_no": text("duebillNo"),
                "due_on": day("dueDt"),
                "paid_on": day("settleDt"),
                "due_fen": fen("dueAmt"),
                "paid_fen": fen("paidAmt"),
                "days_past_due": whole("odDays"),
                "early": flag("advFlag"),
            },
        ),
        "utilisations": Sheet(
            place="cust.limitList",
            fields={
                "month": month("dataMth"),
                "limit_fen": fen("lmtAmt"),
                "used_fen": fen("usedAmt"),
            },
        ),
        "activities": Sheet(
            place="cust.actList",
            fields={
                "month": month("dataMth"),
                "kind": code("actTyp", "login=DL transfer=ZZ payroll=DF qr_pos=SK"),
                "count": whole("cnt"),
                "amount_fen": fen("amt"),
            },
        ),
    },
    snapshot=Sheet(
        place="cust.base",
        fields={
            "customer_since": day("openDt"),
            "product_count": whole("prodNum"),
            "has_mobile_bank": flag("mbFlag"),
            "has_payroll": flag("dfFlag"),
            "has_qr_pos": flag("skFlag"),
            "has_card": flag("xykFlag"),
            "has_term": flag("dqFlag"),
            "has_wealth": flag("lcFlag"),
            "has_mortgage": flag("fdFlag"),
            "has_biz_loan": flag("jydFlag"),
        },
    ),
)
