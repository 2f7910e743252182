"""How a statement and a mark are written into a node's sets."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from risk.domain.graph.edges import EdgeKind, Statement
from risk.domain.graph.graph import Mark, MarkKind


def statement_text(one: Statement, at: str) -> str:
    """A statement as its source or its target keeps it."""
    outward = one.source == at
    parts = (
        one.kind,
        ">" if outward else "<",
        one.target if outward else one.source,
        one.on.isoformat(),
        "+" if one.holds else "-",
        _or_nothing(one.share_bps),
    )
    return "|".join(parts)


def statement_of(text: str, at: str) -> Statement:
    """What `statement_text` wrote."""
    kind, direction, other, on, holds, share = text.split("|")
    outward = direction == ">"
    return Statement(
        source=at if outward else other,
        target=other if outward else at,
        kind=cast(EdgeKind, kind),
        on=date.fromisoformat(on),
        holds=holds == "+",
        share_bps=int(share) if share else None,
    )


def mark_text(mark: Mark) -> str:
    """A mark as its node keeps it."""
    until = "" if mark.until is None else mark.until.isoformat()
    return "|".join((mark.kind, mark.since.isoformat(), until, _or_nothing(mark.risk_ppm)))


def mark_of(text: str, node: str) -> Mark:
    """What `mark_text` wrote."""
    kind, since, until, risk = text.split("|")
    return Mark(
        node=node,
        kind=cast(MarkKind, kind),
        since=date.fromisoformat(since),
        until=date.fromisoformat(until) if until else None,
        risk_ppm=int(risk) if risk else None,
    )


def _or_nothing(value: Any) -> str:
    return "" if value is None else str(value)
