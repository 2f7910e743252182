"""The labels' numbers and sources: effective-dated tables, one a label, read from one document."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from puhui.china.rule_tables import Effective, RuleTable
from puhui.strict_json import dumps, loads

SCHEMA: Final = "label-rules/1"
LABELS: Final = (
    "inclusive_nfra_1000",
    "inclusive_pboc",
    "agriculture_related",
    "inclusive_agriculture",
    "first_loan_anywhere",
    "first_loan_here",
    "thin_file",
    "no_file",
)
"""Labels with a table of their own; firm size has the standard's (puhui.china.firm_size)."""


class LabelRulesNotValid(ValueError):
    """The document lacks a label's table, or is none."""


@dataclass(frozen=True, slots=True)
class LabelRules:
    """The tables of one edition and the hash of their bytes."""

    sha256: str
    tables: Mapping[str, RuleTable[dict[str, Any]]]

    @classmethod
    def read(cls, body: bytes) -> LabelRules:
        """Read and check the document."""
        document = loads(body)
        if document.get("schema") != SCHEMA:
            raise LabelRulesNotValid(f"schema is not {SCHEMA}")
        tables = (RuleTable.from_json(dumps(one), dict) for one in document["tables"])
        found = {table.name: table for table in tables}
        absent = [label for label in LABELS if label not in found]
        if absent:
            raise LabelRulesNotValid(f"no table for {', '.join(absent)}")
        return cls(hashlib.sha256(body).hexdigest(), found)

    def on(self, label: str, day: date) -> Effective[dict[str, Any]]:
        """The row of a label in force on a day."""
        return self.tables[label].on(day)

    def name(self, label: str) -> str:
        """The label's Chinese name."""
        return self.tables[label].display_name

    def same_on(self, other: LabelRules, day: date) -> bool:
        """Whether both say the same on a day, whatever they say of other days."""
        return all(self.on(label, day) == other.on(label, day) for label in LABELS)
