"""A loan book as pictures, from the documents of its month ends (`GET /servicing/portfolio/{day}`).

Each picture is drawn on a figure that the caller made: by `puhui simulate --charts`, and by
`puhui portfolio report` for a person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from infra.chart_words import Words
from servicing.domain.portfolio.month_end import BUCKET_CODES, TIER_NAMES

FEN_PER_WAN: Final = 1_000_000
PPM_PER_PERCENT: Final = 10_000
BLUE, RED, GREEN, GREY = "#4a6fa5", "#a94442", "#3a7d5d", "#888888"
PALE: Final = "#c9d4e5"
TIER_COLOURS: Final = {
    "attention": "#e3c16f",
    "substandard": "#d98a4b",
    "doubtful": "#b9583f",
    "loss": "#7d2e2e",
}
BUCKET_COLOURS: Final = (
    "#e3c16f", "#dfa95a", "#d98a4b", "#c9683f", "#b0503c", "#923c35", "#6f2727",
)  # fmt: skip
QUARTERS_SHOWN: Final = 8
"""Vintages are drawn by quarter; so many, the oldest first."""
LEGEND_COLUMNS: Final = 4
LEAST_PERCENT: Final = 1.0
LEAST_MONTHS: Final = 6
MANY_MONTHS: Final = 14
"""More of them are labelled aslant."""
Month = Mapping[str, Any]
Moves = Mapping[str, Mapping[str, int]]


def balance_and_npl(
    figure: Any, months: Sequence[Month], words: Words, line_ppm: int | None = None
) -> None:
    """余额与不良率: bars and a line; the promised line where there is one."""
    axis = figure.subplots()
    names = [one["as_of"][:7] for one in months]
    owed = [one["outstanding"]["fen"] / FEN_PER_WAN for one in months]
    axis.bar(names, owed, color=PALE, label=words("贷款余额", "outstanding"))
    axis.set_ylabel(words("余额（万元）", "outstanding, 10,000 yuan"))
    ratio = axis.twinx()
    ratio.grid(visible=False)
    shares = [one["npl_ppm"] / PPM_PER_PERCENT for one in months]
    ratio.plot(names, shares, "o-", color=RED, markersize=4, label=words("不良率", "NPL ratio"))
    if line_ppm is not None:
        line = line_ppm / PPM_PER_PERCENT
        ratio.axhline(line, color="black", linewidth=0.8, linestyle=":", label=f"{line} %")
    _from_nothing(ratio)
    ratio.set_ylabel(words("不良率（%）", "NPL ratio, %"))
    _legend_above(ratio)
    _months_below(axis, names)
    axis.set_title(words("余额与不良率", "outstanding and NPL ratio"))


def vintage_curves(figure: Any, months: Sequence[Month], words: Words) -> None:
    """Of each quarter's loans: what is bad or written off, by months since its end."""
    axis = figure.subplots()
    curves = list(_curves(months).items())[:QUARTERS_SHOWN]
    for quarter, curve in curves:
        axis.plot(list(curve), list(curve.values()), "o-", markersize=3, label=quarter)
    _from_nothing(axis)
    oldest = max((max(curve) for _, curve in curves), default=0)
    axis.set_xlim(-0.3, max(oldest, LEAST_MONTHS) + 0.3)
    axis.xaxis.get_major_locator().set_params(integer=True)
    axis.set_xlabel(words("放款季末后月数", "months after the quarter of disbursement"))
    axis.set_ylabel(words("逾期90天以上与核销占放款（%）", "90+ and written off, % of disbursed"))
    axis.set_title(words("账龄曲线", "vintage curves"))
    if curves:
        axis.legend(title=words("放款季", "disbursed in"), fontsize="small")


def migration(figure: Any, moves: Moves, words: Words) -> None:
    """月度迁徙: from each group (row) to each (column), in % of the balance before."""
    axis = figure.subplots()
    axis.grid(visible=False)
    was = [one for one in TIER_NAMES if one in moves]
    now = [one for one in TIER_NAMES if any(one in row for row in moves.values())]
    shares = [[_share(moves[one], other) for other in now] for one in was]
    axis.imshow(shares, cmap="Blues", vmin=0, vmax=100, aspect="auto")
    for place, row in enumerate(shares):
        for other, share in enumerate(row):
            if share:
                colour = "white" if share > 60 else "black"
                axis.text(other, place, f"{share:.1f}", ha="center", va="center", color=colour)
    axis.set_xticks(range(len(now)), [words(TIER_NAMES[one], one) for one in now], rotation=30)
    axis.set_yticks(range(len(was)), [words(TIER_NAMES[one], one) for one in was])
    axis.set_title(words("月度迁徙（余额占比 %）", "monthly migration, % of the balance"))


def overdue_buckets(figure: Any, months: Sequence[Month], words: Words) -> None:
    """逾期分布: how much of the balance is late, by bucket, month by month."""
    axis = figure.subplots()
    names, floor = [one["as_of"][:7] for one in months], [0.0] * len(months)
    for code, colour in zip(BUCKET_CODES[1:], BUCKET_COLOURS, strict=True):
        shares = [_part(one, "by_bucket", code) for one in months]
        if any(shares):
            label = words(f"{code}天", f"{code} days")
            axis.bar(names, shares, bottom=floor, color=colour, label=label)
            floor = [below + share for below, share in zip(floor, shares, strict=True)]
    _shares_of_the_balance(axis, names, words)
    axis.set_title(words("逾期分布", "overdue by days"))


def tiers(figure: Any, months: Sequence[Month], words: Words) -> None:
    """五级分类: what is not 正常, month by month."""
    axis = figure.subplots()
    names, floor = [one["as_of"][:7] for one in months], [0.0] * len(months)
    for tier, colour in TIER_COLOURS.items():
        shares = [_part(one, "by_tier", tier) for one in months]
        axis.bar(names, shares, bottom=floor, color=colour, label=words(TIER_NAMES[tier], tier))
        floor = [below + share for below, share in zip(floor, shares, strict=True)]
    _shares_of_the_balance(axis, names, words)
    axis.set_title(words("关注及以下贷款", "loans below normal"))


def inclusive_shares(figure: Any, months: Sequence[Month], words: Words) -> None:
    """普惠型小微 and 首贷户 of the balance; beside each what nobody knows."""
    axis = figure.subplots()
    names = [one["as_of"][:7] for one in months]
    for label, zh, en, colour in (
        ("inclusive", "普惠型小微", "inclusive", BLUE),
        ("first_loan", "首贷户", "first loans", GREEN),
    ):
        known = [_part(one, label, "yes") for one in months]
        unknown = [_part(one, label, "unknown") for one in months]
        axis.plot(names, known, "o-", color=colour, markersize=4, label=words(zh, en))
        if any(unknown):
            told = words(f"{zh}：未知", f"{en}: unknown")
            axis.plot(names, unknown, ":", color=colour, linewidth=1.2, label=told)
    _months_below(axis, names)
    axis.set_ylim(0, 105)
    axis.set_ylabel(words("占余额（%）", "% of the balance"))
    _legend_above(axis)
    axis.set_title(words("普惠型小微与首贷户", "inclusive and first loans"))


def moves_of(month: Month) -> Moves:
    """The migration of a month's document, as `migration` draws it."""
    found: dict[str, dict[str, int]] = {}
    for one in month["migration"]:
        row = found.setdefault(one["source"], {})
        row[one["target"]] = row.get(one["target"], 0) + one["fen"]
    return found


def _shares_of_the_balance(axis: Any, names: Sequence[str], words: Words) -> None:
    axis.bar(names, [0] * len(names))
    _months_below(axis, names)
    _from_nothing(axis)
    axis.set_ylabel(words("占余额（%）", "% of the balance"))
    if axis.get_legend_handles_labels()[0]:
        _legend_above(axis)


def _legend_above(axis: Any) -> None:
    """Where it hides no bar."""
    axis.legend(fontsize="small", loc="lower left", bbox_to_anchor=(0, 1), ncols=LEGEND_COLUMNS)


def _from_nothing(axis: Any) -> None:
    """From 0 to at least a percent: where nothing is bad, no noise is blown up."""
    axis.set_ylim(0, max(axis.get_ylim()[1], LEAST_PERCENT))


def _months_below(axis: Any, names: Sequence[str]) -> None:
    """The months, with room for half a year where there are fewer."""
    axis.set_xlim(-0.6, max(len(names), LEAST_MONTHS) - 0.4)
    axis.tick_params(axis="x", rotation=60 if len(names) > MANY_MONTHS else 30)


def _part(month: Month, group: str, key: str) -> float:
    whole = month["outstanding"]["fen"]
    return 100 * month[group].get(key, {"fen": 0})["fen"] / whole if whole else 0.0


def _curves(months: Sequence[Month]) -> dict[str, dict[int, float]]:
    """By quarter: months since its end, and what is bad by then; a quarter that goes on has none.

    Months before the first one that is shown are missing, not nothing.
    """
    curves: dict[str, dict[int, float]] = {}
    for month in months:
        bad: dict[str, int] = {}
        lent: dict[str, int] = {}
        for vintage, one in month["vintages"].items():
            quarter = _quarter(vintage)
            bad[quarter] = bad.get(quarter, 0) + one["overdue_90_fen"] + one["written_off_fen"]
            lent[quarter] = lent.get(quarter, 0) + one["disbursed_fen"]
        for quarter, fen in lent.items():
            age = _months_since(quarter, month["as_of"])
            if age >= 0 and fen:
                curves.setdefault(quarter, {})[age] = 100 * bad[quarter] / fen
    return curves


def _months_since(quarter: str, as_of: str) -> int:
    """Full months from the last month of a quarter to a month end.

    >>> _months_since("2024Q4", "2025-02-28"), _months_since("2025Q1", "2025-02-28")
    (2, -1)
    """
    last = int(quarter[:4]) * 12 + 3 * int(quarter[5])
    return int(as_of[:4]) * 12 + int(as_of[5:7]) - last


def _quarter(month: str) -> str:
    return f"{month[:4]}Q{(int(month[5:7]) + 2) // 3}"


def _share(row: Mapping[str, int], now: str) -> float:
    whole = sum(row.values())
    return 100 * row.get(now, 0) / whole if whole else 0.0
