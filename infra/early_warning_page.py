"""Writes docs/early-warning.md: how warnings work, and every signal with its bounds and source.

python -m infra.early_warning_page [--check]
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from infra.config import ROOT
from infra.generated import write_or_check
from puhui.strict_json import loads
from servicing.adapters.packaged_signals import PACKAGED, packaged_signals
from servicing.domain.checks.plan import CHECK_NAMES, DEFAULT_RULES
from servicing.domain.fund_use.trace import ENTRUSTED_FROM_FEN
from servicing.domain.warning.colour import COLOUR_NAMES, Colour
from servicing.domain.warning.library import DOMAIN_NAMES
from servicing.domain.warning.signal import COMPARE_NAMES, Signal
from servicing.domain.warning.warning import MEASURE_NAMES, STATE_NAMES

PAGE: Final = ROOT / "docs" / "early-warning.md"
FEN_PER_WAN: Final = 1_000_000
HEAD: Final = """\
# 风险预警与贷后检查 · Early warning

{count} signals in {domains} domains, written by `python -m infra.early_warning_page` from
`functions/servicing/parameters/early_warning.json`, edition {edition}. Every number is a parameter
with its source; ✔ given, ◐ seen in public sources, ✎ a starting value.

## 监测 The watch over a loan

A loan is booked with what it may be watched with (`ActivateLoan.monitoring`): the documents of the
decision, the sealed party, the consents. Each of those products is asked for again through
`extdata` with purpose `post_loan`; `risk` computes the indicators (`compute-indicators`); the
library compares them with the values at approval; model M24 is asked through `answer-model`, and
the graver of both counts. The loan's class is the gravest of what was found and of its open
warnings. Our own books are looked at on every day, the rest by class (days): {watch}.

- **A value that is missing** stands as it was last known, and its evidence says how old it is.
  What was never known, or is older than {observe} days, is a warning of its own
  (`…_NOT_OBSERVABLE`, 黄).
- **M24 takes what was never obtained for the gravest there is.** For a loan whose product never
  needed a source that would be red for ever, so its warnings of unknown values do not count here;
  the same gap is the yellow warning above. Its trees are asked only when everything that they read
  was observed once. News are no source yet: the severity of texts is not asked.
- **Without a value at approval** the first one that is known stands for it.
- **Several domains** add up as in M24: {orange} yellow ones are orange, {red} orange ones are red.
- **Without `risk`** only our own books and the gaps are told; without `extdata` the documents of
  the decision stand, and age.

End of day calls `WatchPositions.watch(bank, day, positions)`; the same day again asks nobody and
tells nothing new.

## 预警 Warnings and their clock

One warning for a debtor and a signal: while it is open a finding adds evidence and may raise its
colour; after its end only a graver finding, or one after {quiet} quiet days, makes another.

- States: {states}.
- Measures: {measures}.
- Closing a {checked} warning needs a second person, never the maker.
- End of day closes a warning whose loans are all settled (`贷款结清`, which nobody can choose):
  nothing is owed, so there is nothing to judge. Its clock counts as it stood, late stays late, and
  no quiet days follow. Planned checks of the loan lapse (结清免检) and its watch ends. A loan that
  was written off is still claimed: its warnings and checks stay, only the watch ends. What a
  reversal opens again is watched again.

The clock allows {hours:g} hours from raising to disposal. It stands during pauses with a reason, at
most {pause:g} hours in all. Escalations: {escalations}. The breach is the event
`WarningOverdue`, the metric `WarningSlaBreached` with an alarm, and a line of the report. A sweeper
comes every five minutes and takes each step once; whoever answers late is late even when it has not
come by. Instants only go forward, so a wall clock that jumps or is ten minutes off moves a step by
at most that.

    GET  /servicing/warnings?colour=&state=          work list by due time, with remaining seconds
    GET  /servicing/warnings/{{id}}                    evidence, pauses, escalations, disposals
    POST /servicing/warnings/{{id}}/acknowledgement | pause | resumption | disposal | approval
    GET  /servicing/warnings/report?from=&to=        in time, late, median and p95 minutes
    GET  /servicing/warnings/report/csv?from=&to=    the same as CSV

## 检查 The check plan

The plan is made for the whole life of a loan when it is booked: {checks}.
The first check is due {first} days after the money left, the one before maturity {before} days
before it; months between regular ones: {rhythm}. A red warning puts a
check on the spot into the plan, due in {trigger} days. A check with a bad finding is a warning too.

    GET  /servicing/checks?until=                    due and overdue checks
    GET  /servicing/loans/{{loan_id}}/checks           the calendar and what was found
    POST /servicing/loans/{{loan_id}}/checks           record what was found, once
    GET  /servicing/loans/{{loan_id}}/watch            class and next watch
    GET  /servicing/watches?until=                   loans whose watch is due

## 用途 Where the money went

`POST /servicing/loans/{{loan_id}}/fund-uses` brings lines of the account or payments of the rail;
all lines ever brought count, each once; who was paid lies encrypted. M23 looks for forbidden
payees, own and related accounts, money that comes back, split payments, cash. M21 adds up what one
payee got within its look-back window and says who should have paid. Entrusted payment is asked for
above:

{entrusted}

Misuse is a {misuse} warning, what needs a look is {attention}, entrusted payment that was split
away {bypassed}. Without `risk` the lines are kept and the gap is a warning. Closed as true, misuse
is the ground of 挪用罚息: `POST /servicing/loans/{{loan_id}}/misuse`, [servicing.md](servicing.md).

## 信号 Signals

现值 reads the value itself, 较批时 the change since approval. A rise from nothing reaches every
bound.
"""
TABLE: Final = (
    "| 代码 | 名称 | 读取 | 比较 | 黄 | 橙 | 红 | 来源 |",
    "|---|---|---|---|---:|---:|---:|---|",
)


def documents() -> dict[Path, str]:
    """Write the page as text."""
    return {PAGE: "\n".join(_page()) + "\n"}


def _page() -> Iterator[str]:
    library = packaged_signals()
    yield HEAD.format(**_words())
    for domain, name in DOMAIN_NAMES.items():
        mine = [one for one in library.signals if one.domain == domain]
        yield f"### {domain} {name}"
        yield ""
        yield from TABLE
        yield from (_row(signal) for signal in mine)
        yield ""
    yield "## 参数 Parameters"
    yield ""
    yield "| 参数 | 值 | 来源 | |"
    yield "|---|---:|---|---|"
    rules: dict[str, Any] = loads(PACKAGED.read_bytes())["rules"]
    for code, rule in rules.items():
        value = ", ".join(rule["value"]) if isinstance(rule["value"], list) else rule["value"]
        yield f"| `{code}` | {value} | {rule['source']} | {rule['confidence']} |"


def _row(signal: Signal) -> str:
    bounds = {colour: str(bound) for colour, bound in signal.bounds.steps()}
    shown = " | ".join(bounds.get(one, "") for one in (Colour.YELLOW, Colour.ORANGE, Colour.RED))
    compare = COMPARE_NAMES[signal.compare]
    return (
        f"| `{signal.code}` | {signal.name} | `{signal.reads}` | {compare} | {shown} "
        f"| {signal.source} {signal.confidence} |"
    )


def _words() -> dict[str, Any]:
    library = packaged_signals()
    rules = library.rules
    names = {colour: COLOUR_NAMES[colour] for colour in Colour}
    per_class = (f"{names[colour]} {days}" for colour, days in rules.watch_days.items())
    steps = (f"at {one.at_ppm // 10_000} % `{one.to_role}`" for one in rules.escalations)
    months = (f"{names[colour]} {n}" for colour, n in DEFAULT_RULES.periodic_months.items())
    limits = (f"{fen // FEN_PER_WAN:,} 万 (`{kind}`)" for kind, fen in ENTRUSTED_FROM_FEN.items())
    fund = {level: names[colour] for level, colour in rules.fund_colours.items()}
    return {
        "count": len(library.signals),
        "domains": len(DOMAIN_NAMES),
        "edition": library.edition,
        "watch": ", ".join(per_class),
        "observe": rules.observe_within_days,
        "orange": rules.orange_from_domains,
        "red": rules.red_from_domains,
        "quiet": rules.quiet_days,
        "states": "、".join(STATE_NAMES.values()),
        "checked": "、".join(sorted(names[colour] for colour in rules.checked_colours)),
        "measures": "、".join(MEASURE_NAMES.values()),
        "hours": rules.allowed_seconds / 3_600,
        "pause": rules.max_pause_seconds / 3_600,
        "escalations": ", ".join(steps),
        "checks": "、".join(CHECK_NAMES.values()),
        "first": DEFAULT_RULES.first_check_days,
        "before": DEFAULT_RULES.before_maturity_days,
        "rhythm": ", ".join(months),
        "trigger": rules.trigger_check_days,
        "entrusted": "\n".join(limits),
        **fund,
        "bypassed": fund["entrusted_bypassed"],
    }


def main() -> int:
    """Write the page, or check that it is what would be written."""
    return write_or_check("infra.early_warning_page", __doc__, documents)


if __name__ == "__main__":
    sys.exit(main())
