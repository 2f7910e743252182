"""What the portfolio's page says in words: the figures on top, and one sentence for each chart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from servicing.domain.portfolio.month_end import NON_PERFORMING, TIERS
from servicing.domain.portfolio.report import share_ppm

Month = Mapping[str, Any]
Reading = str
FEN_PER_YUAN: Final = 100
YUAN_PER_WAN: Final = 10_000
WAN_PER_YI: Final = 10_000
PPM_PER_PERCENT: Final = 10_000
NO_MONTH_BEFORE: Final = "无上期"
SETTLED: Final = "settled"


def headline(months: Sequence[Month]) -> Iterator[tuple[str, str, str]]:
    """Name, value and change since the month before, of what a president looks at first."""
    last, before = months[-1], _before(months)
    balance = last["outstanding"]["fen"]
    yield "贷款余额", money(balance), _change_of_money(balance, before)
    yield "笔数", f"{last['outstanding']['loans']:,}", _change_of_loans(last, before)
    yield "不良率", percent(last["npl_ppm"]), _change(last, before, "npl_ppm")
    yield "逾期90天以上", percent(last["overdue_90_ppm"]), _change(last, before, "overdue_90_ppm")
    yield "拨备覆盖率", _coverage(last), f"准备 {money(last['provision_fen'])}"
    written, recovered = money(last["written_off_fen"]), money(last["recovered_fen"])
    yield "累计核销", written, f"其后收回 {recovered}"
    for name, label in (("普惠型小微占比", "inclusive"), ("首贷户占比", "first_loan")):
        unknown = part_ppm(last, label, "unknown")
        told = f"另有 {percent(unknown)} 依据不全" if unknown else "依据齐全"
        yield name, percent(part_ppm(last, label, "yes")), told


def of_size(months: Sequence[Month]) -> Reading:
    """余额与不良率."""
    last, before = months[-1], _before(months)
    balance = last["outstanding"]["fen"]
    return (
        f"月末余额 {money(balance)}，{_change_of_money(balance, before)}；"
        f"不良率 {percent(last['npl_ppm'])}，{_change(last, before, 'npl_ppm')}。"
    )


def of_quality(months: Sequence[Month]) -> Reading:
    """五级分类."""
    last = months[-1]
    bad = sum(part_ppm(last, "by_tier", tier) for tier in TIERS if tier in NON_PERFORMING)
    attention = part_ppm(last, "by_tier", "attention")
    unclassified = part_ppm(last, "by_tier", "unclassified")
    more = f"，未分类 {percent(unclassified)}" if unclassified else ""
    return f"关注类 {percent(attention)}，次级、可疑、损失合计 {percent(bad)}{more}。"


def of_overdue(months: Sequence[Month]) -> Reading:
    """逾期分布."""
    last = months[-1]
    late = share_ppm(
        last["outstanding"]["fen"] - _fen(last, "by_bucket", "0"), last["outstanding"]["fen"]
    )
    if not late:
        return "没有逾期贷款。"
    gap = last["npl_ppm"] - last["overdue_90_ppm"]
    told = "不低于" if gap >= 0 else "低于"
    return (
        f"逾期贷款占余额 {percent(late)}，其中90天以上 {percent(last['overdue_90_ppm'])}；"
        f"不良率{told}逾期90天以上占比。"
    )


def of_migration(month: Month, moves: Mapping[str, Mapping[str, int]]) -> Reading:
    """迁徙矩阵."""
    if not moves:
        return f"{month['as_of']} 是首个月末，{NO_MONTH_BEFORE}；迁徙自下月起。"
    down = _moved(moves, "normal", TIERS[1:])
    up = _moved(moves, "attention", ("normal", SETTLED))
    bad = _moved(moves, "attention", tuple(NON_PERFORMING))
    return (
        f"上月末正常类余额有 {_known(down)} 下迁至关注及以下；"
        f"关注类有 {_known(up)} 回到正常或结清，{_known(bad)} 成为不良。"
    )


def of_vintages(months: Sequence[Month]) -> Reading:
    """账龄曲线."""
    vintages = months[-1]["vintages"]
    lent = sum(one["disbursed_fen"] for one in vintages.values())
    bad = sum(one["overdue_90_fen"] + one["written_off_fen"] for one in vintages.values())
    first = sum(one["first_payment_default_loans"] for one in vintages.values())
    loans = sum(one["loans"] for one in vintages.values())
    return (
        f"自开办以来放款 {loans:,} 笔 {money(lent)}，逾期90天以上与核销占 "
        f"{percent(share_ppm(bad, lent))}；首期违约 {first} 笔。"
    )


def of_inclusion(months: Sequence[Month]) -> Reading:
    """普惠型小微与首贷户."""
    last = months[-1]
    inclusive, first = (part_ppm(last, one, "yes") for one in ("inclusive", "first_loan"))
    unknown = [part_ppm(last, one, "unknown") for one in ("inclusive", "first_loan")]
    told = f"普惠型小微占余额 {percent(inclusive)}，首贷户占 {percent(first)}"
    if not any(unknown):
        return f"{told}。"
    return f"{told}；依据不全的各占 {percent(unknown[0])} 与 {percent(unknown[1])}，不计入占比。"


def money(fen: int) -> str:
    """An amount as a banker says it: 亿元 from one 亿 on, below in 万元.

    >>> money(1_234_567_890_00), money(-9_876_543_00)
    ('12.35亿元', '-987.65万元')
    """
    wan = fen / FEN_PER_YUAN / YUAN_PER_WAN
    if abs(wan) >= WAN_PER_YI:
        return f"{wan / WAN_PER_YI:,.2f}亿元"
    return f"{wan:,.2f}万元"


def percent(ppm: int) -> str:
    """A share with two decimals.

    >>> percent(15_000)
    '1.50%'
    """
    return f"{ppm / PPM_PER_PERCENT:.2f}%"


def part_ppm(month: Month, group: str, key: str) -> int:
    """The share of the balance of one part of a grouping."""
    return share_ppm(_fen(month, group, key), month["outstanding"]["fen"])


def _fen(month: Month, group: str, key: str) -> int:
    cell = month[group].get(key)
    return 0 if cell is None else int(cell["fen"])


def _before(months: Sequence[Month]) -> Month | None:
    """The month end before the last one, if the report migrates from it."""
    last = months[-1]
    return next((one for one in months[:-1] if one["as_of"] == last["before"]), None)


def _change_of_money(fen: int, before: Month | None) -> str:
    if before is None:
        return NO_MONTH_BEFORE
    was = before["outstanding"]["fen"]
    sign = "+" if fen >= was else ""
    grown = f"（{100 * (fen - was) / was:+.1f}%）" if was else ""
    return f"较上月 {sign}{money(fen - was)}{grown}"


def _change_of_loans(last: Month, before: Month | None) -> str:
    if before is None:
        return NO_MONTH_BEFORE
    return f"较上月 {last['outstanding']['loans'] - before['outstanding']['loans']:+,}"


def _change(last: Month, before: Month | None, name: str) -> str:
    if before is None:
        return NO_MONTH_BEFORE
    return f"较上月 {(last[name] - before[name]) / PPM_PER_PERCENT:+.2f}个百分点"


def _coverage(month: Month) -> str:
    return "无不良" if month["coverage_ppm"] is None else percent(month["coverage_ppm"])


def _moved(moves: Mapping[str, Mapping[str, int]], was: str, to: Sequence[str]) -> int | None:
    """The share of a group that moved to others; None where nothing was in it."""
    row = moves.get(was, {})
    whole = sum(row.values())
    return share_ppm(sum(row.get(one, 0) for one in to), whole) if whole else None


def _known(ppm: int | None) -> str:
    return "无余额" if ppm is None else percent(ppm)
