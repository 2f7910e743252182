"""The report of a simulation: one document, labelled as simulation, the same for the same seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from infra.simulation.alarms import alarms
from infra.simulation.machine import Lived
from infra.simulation.options import BANK, LABEL, NPL_LINE_PPM, PRODUCT_NAME, Options
from infra.simulation.vintages import products, together, vintages
from servicing.domain.portfolio.report import PortfolioReport
from servicing.domain.portfolio.tables import as_document

NOTE: Final = (
    "People, firms and payments are drawn from a seeded economy (sandbox.domain.economy) and do "
    "not exist; no figure says anything about a real portfolio."
)


def report_of(lived: Lived) -> Mapping[str, Any]:
    """Everything that a simulation found, as JSON can hold it."""
    by_month, last = vintages(lived), lived.months[-1]
    peak = max(lived.months, key=lambda one: one.npl_ppm)
    return {
        "label": LABEL,
        "note": NOTE,
        "options": _options(lived.options),
        "applicants": lived.options.applicants,
        "applications": len(lived.decisions),
        "verdicts": _verdicts(lived),
        "loans": len(lived.borrowers.by_loan),
        "segments": {
            segment: {"name": PRODUCT_NAME[segment], **figures.as_document()}
            for segment, figures in products(lived).items()
        },
        "vintages": {month: one.as_document() for month, one in by_month.items()},
        "all": together(by_month.values()).as_document(),
        "npl_line_ppm": NPL_LINE_PPM,
        "npl_end_ppm": last.npl_ppm,
        "npl_peak_ppm": peak.npl_ppm,
        "npl_peak_month": peak.as_of.isoformat()[:7],
        "npl_mean_ppm": sum(one.npl_ppm for one in lived.months) // len(lived.months),
        "months": [as_document(one) for one in lived.months],
        "migration": _migration(lived.months),
        "warnings": alarms(lived).as_document(),
        "books": _books(lived),
        "sha256": lived.sha256,
        "happenings": lived.happenings,
    }


def leads_of(lived: Lived) -> Sequence[int | None]:
    """Of each default, by how many days the first early warning came before it."""
    return [one.early_days for one in alarms(lived).leads]


def _options(options: Options) -> Mapping[str, Any]:
    told = {name: getattr(options, name) for name in options.__dataclass_fields__}
    return {**told, "start": options.start.isoformat()}


def _verdicts(lived: Lived) -> list[Mapping[str, Any]]:
    """By segment and by what decided it: how many were approved, referred, declined."""
    found: dict[tuple[str, str], Counter[str]] = {}
    for asking, decided in lived.decisions:
        key = asking.life.member.segment, decided.by
        found.setdefault(key, Counter())[decided.verdict] += 1
    return [
        {
            "segment": segment,
            "name": PRODUCT_NAME[segment],
            "by": by,
            **{verdict: count[verdict] for verdict in ("approve", "refer", "decline")},
        }
        for (segment, by), count in sorted(found.items())
    ]


def _migration(months: Sequence[PortfolioReport]) -> Mapping[str, Mapping[str, int]]:
    """From tier to tier in a month, all months together, in 分."""
    found: dict[str, dict[str, int]] = {}
    for month in months:
        for (was, now), cell in month.migration.items():
            row = found.setdefault(was, {})
            row[now] = row.get(now, 0) + cell.fen
    return {was: dict(sorted(row.items())) for was, row in sorted(found.items())}


def _books(lived: Lived) -> Mapping[str, Any]:
    sheet = lived.bank.trial_balance(BANK)
    return {
        "days": lived.days,
        "unbalanced_days": [day.isoformat() for day in lived.unbalanced],
        "difference_fen": sheet.difference.minor,
        "vouchers": len(lived.bank.books.vouchers),
        "events": sum(len(one.events) for one in lived.bank.books.loan_books.values()),
        "violations": [f"{one.invariant} {one.subject}: {one.detail}" for one in lived.violations],
    }
