"""综合融资成本明示表 as a page for a phone: one file, no script, nothing fetched."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Final

from puhui.china.amounts import day, figures, percent, rate
from puhui.contracts.disclosure import ContingentCost, CostDisclosure, CostItem
from puhui.contracts.servicing import Instalment
from puhui.money import Money

TITLE: Final = "综合融资成本明示表"
STYLE: Final = (
    "body{font:16px/1.6 -apple-system,'PingFang SC','Noto Sans SC',sans-serif;color:#1a1a1a;"
    "margin:0 auto;max-width:40rem;padding:1rem}h1{font-size:1.35rem;text-align:center}"
    "h2{font-size:1.05rem;border-left:.25rem solid #8c1d18;padding-left:.5rem}"
    ".total{background:#f6f1ea;padding:.75rem;text-align:center}.total b{display:block;"
    "color:#8c1d18;font-size:2rem}dl{border:1px solid #a8a29a;margin:.75rem 0;padding:.5rem .75rem}"
    "dl div{display:flex;gap:1rem;justify-content:space-between}dt{color:#6b6b6b;flex:none}"
    "dd{margin:0;text-align:right}.name{font-weight:bold}table{border-collapse:collapse;"
    "font-size:.85rem;width:100%}td,th{border-bottom:1px solid #c9c4bc;padding:.3rem;"
    "text-align:right}.note,.hash{color:#6b6b6b;font-size:.8rem;overflow-wrap:anywhere}"
)
NO_FEES: Final = "除利息外，本笔贷款不收取担保费、保险费、服务费等任何费用。"


def disclosure_page(disclosure: CostDisclosure, plan: Iterable[Instalment]) -> str:
    """The whole table, then the repayment plan it comes from; equal tables give equal pages."""
    fees = len(disclosure.items) > 1
    parts = [
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>{TITLE}</title><style>{STYLE}</style></head><body><h1>{TITLE}</h1>",
        _loan(disclosure),
        '<div class="total">综合融资成本（年化，正常履约）'
        f"<b>{percent(disclosure.apr_pct)}</b>息费合计 {_yuan(disclosure.total_cost_fen)}</div>",
        "<h2>息费项目</h2>",
        *(_item(item) for item in disclosure.items),
        "" if fees else f"<p>{NO_FEES}</p>",
        "<h2>或有成本</h2><p>仅在违约或提前还款时发生，不计入综合融资成本。</p>",
        *(_contingent(cost) for cost in disclosure.contingent),
        f"<p><b>{escape(disclosure.statement)}</b></p>",
        _plan(plan),
        f'<p class="note">{escape(disclosure.convention)}</p>',
        f'<p class="hash">本表摘要（SHA-256）{disclosure.sha256}</p></body></html>',
    ]
    return "".join(parts)


def _loan(disclosure: CostDisclosure) -> str:
    term = (
        f"{disclosure.term_months}个月，{day(disclosure.disbursement_date)}"
        f"至{day(disclosure.maturity_date)}"
    )
    return _list(
        "贷款",
        ("贷款人", disclosure.lender),
        ("贷款本金", _yuan(disclosure.principal_fen)),
        ("期限", term),
        ("还款方式", disclosure.method_name),
        ("合同年利率", rate(disclosure.annual_rate_bps)),
        ("利率方式", disclosure.rate_basis),
    )


def _item(item: CostItem) -> str:
    return _list(
        item.name,
        ("收取方式", item.charged_how),
        ("折合年化", percent(item.annual_pct)),
        ("金额", _yuan(item.amount_fen)),
        ("收取主体", item.collector),
    )


def _contingent(cost: ContingentCost) -> str:
    return _list(
        cost.name,
        ("情形", cost.charged_when),
        ("标准", cost.standard),
        ("收取主体", cost.collector),
    )


def _plan(plan: Iterable[Instalment]) -> str:
    rows = "".join(
        f"<tr><td>{line.n}</td><td>{line.due_date.isoformat()}</td>"
        f"<td>{figures(Money(line.principal_fen))}</td><td>{figures(Money(line.interest_fen))}</td>"
        f"<td>{figures(Money(line.total_fen))}</td></tr>"
        for line in plan
    )
    head = "".join(f"<th>{name}</th>" for name in ("期次", "应还款日", "本金", "利息", "合计"))
    return f"<h2>还款计划（元）</h2><table><tr>{head}</tr>{rows}</table>"


def _list(name: str, *rows: tuple[str, str]) -> str:
    lines = "".join(
        f"<div><dt>{escape(label)}</dt><dd>{escape(text)}</dd></div>" for label, text in rows
    )
    return f'<dl><div class="name">{escape(name)}</div>{lines}</dl>'


def _yuan(fen: int) -> str:
    return f"{figures(Money(fen))}元"
