"""Rules and conditions out of the outputs of a table's rows, and the checks of their words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from risk.domain.policy.findings import Findings
from risk.domain.policy.parts import (
    Condition,
    Constant,
    Row,
    Rule,
    Table,
    rule_compares,
    rule_reads,
)

RULE_OUTPUTS: Final = (
    "code", "stage", "effect", "text", "customer_text", "source", "confidence",
)  # fmt: skip
CONDITION_OUTPUTS: Final = (
    "code", "text", "customer_text", "limit_cap_fen", "term_cap_months", "source", "confidence",
)  # fmt: skip
CONFIDENCES: Final = frozenset({"✔", "◐", "✎"})
EFFECTS: Final = frozenset({"refer", "decline"})
MAX_TEXT: Final = 160
"""The contract allows 200 characters; staff see the value and its limit behind the text."""
_CODE: Final = re.compile(r"[A-Z][A-Z0-9_]{2,63}")


def rules_of(table: Table, findings: Findings) -> tuple[Rule, ...]:
    """One rule per row."""
    rules = []
    for row in table.rows:
        path = f"tables.{table.id}.rules[{row.id}]"
        effect = _text(row.outputs, "effect")
        if effect not in EFFECTS:
            findings.add("EFFECT_INVALID", f"{path}.effect", repr(effect))
        check_words(row.outputs, path, findings)
        rules.append(
            Rule(
                code=_text(row.outputs, "code"),
                stage=_text(row.outputs, "stage"),
                effect=effect,  # type: ignore[arg-type]  # checked above
                text=_text(row.outputs, "text"),
                customer_text=_text(row.outputs, "customer_text"),
                source=_text(row.outputs, "source"),
                confidence=_text(row.outputs, "confidence"),
                reads=rule_reads(table.columns, row),
                compared=rule_compares(table, row),
            )
        )
    return tuple(rules)


def conditions_of(table: Table, findings: Findings) -> tuple[Condition, ...]:
    """One condition per row."""
    conditions = []
    for row in table.rows:
        check_words(row.outputs, f"tables.{table.id}.rules[{row.id}]", findings)
        conditions.append(
            Condition(
                code=_text(row.outputs, "code"),
                text=_text(row.outputs, "text"),
                customer_text=_text(row.outputs, "customer_text"),
                limit_cap_fen=_cap(row, "limit_cap_fen"),
                term_cap_months=_cap(row, "term_cap_months"),
                source=_text(row.outputs, "source"),
                confidence=_text(row.outputs, "confidence"),
            )
        )
    return tuple(conditions)


def check_words(outputs: Mapping[str, Constant], path: str, findings: Findings) -> None:
    """A reason has a code, two texts of bounded length, a source, and how sure it is."""
    if not _CODE.fullmatch(_text(outputs, "code")):
        findings.add("CODE_INVALID", f"{path}.code", _text(outputs, "code"))
    if not _text(outputs, "text"):
        findings.add("TEXT_MISSING", f"{path}.text", "text")
    if not _text(outputs, "customer_text"):
        findings.add("CUSTOMER_TEXT_MISSING", f"{path}.customer_text", "customer_text")
    for name in ("text", "customer_text"):
        length = len(_text(outputs, name))
        if length > MAX_TEXT:
            findings.add("TEXT_TOO_LONG", f"{path}.{name}", f"{length} > {MAX_TEXT}")
    if not _text(outputs, "source") or _text(outputs, "confidence") not in CONFIDENCES:
        findings.add("SOURCE_MISSING", f"{path}.source", "source, confidence ✔ ◐ ✎")


def check_codes(codes: list[tuple[str, str]], findings: Findings) -> None:
    """A code names one reason in the whole policy."""
    counted = Counter(code for code, _ in codes)
    for code, path in codes:
        if counted[code] > 1:
            findings.add("CODE_DUPLICATE", path, code)


def _text(outputs: Mapping[str, Constant], name: str) -> str:
    found: Any = outputs.get(name)
    return found if isinstance(found, str) else ""


def _cap(row: Row, name: str) -> int | None:
    found = row.outputs.get(name)
    return found if isinstance(found, int) else None
