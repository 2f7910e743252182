"""The published JSON Schema describes what the reader reads: policies pass, odd ones do not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator

from infra.config import ROOT
from risk.adapters.packaged_policies import MODULE
from risk.domain.policy.findings import Findings
from risk.domain.policy.nodes import NodeReader
from risk.domain.policy.tables import TableReader
from tests.support.risk_policies import DRAFT
from tests.unit.risk.policy.defects import DEFECTS
from tests.unit.risk.policy.spoiling import GOOD, Spoil, spoiled

SCHEMA: Final[dict[str, Any]] = json.loads(
    (ROOT / "docs" / "schemas" / "policy.json").read_text(encoding="utf-8")
)
VALIDATOR: Final = Draft202012Validator(SCHEMA)
OF_FORM = {"FIELD_UNKNOWN", "FIELD_MISSING", "SCHEMA_UNKNOWN", "NODE_KIND_UNKNOWN", "BAD_NUMBER"}


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("file", [*sorted((MODULE / "policies").glob("*.json")), DRAFT])
def test_every_policy_keeps_to_it(file: Path) -> None:
    document = json.loads(file.read_text(encoding="utf-8"))

    assert [error.message for error in VALIDATOR.iter_errors(document)] == []


@pytest.mark.parametrize(
    "spoil",
    [
        spoil
        for name, (code, spoil) in DEFECTS.items()
        if code in OF_FORM and "column" not in name and "float" not in name
    ],
)
def test_a_defect_of_form_breaks_it(spoil: Spoil) -> None:
    assert not VALIDATOR.is_valid(json.loads(spoiled(spoil)))


def test_it_knows_the_kinds_of_nodes_that_the_reader_knows() -> None:
    findings = Findings()
    reader = NodeReader(TableReader(lambda _: None, findings), {}, findings)
    kinds = {one["$ref"].rpartition("/")[2] for one in SCHEMA["$defs"]["node"]["oneOf"]}

    assert kinds == set(reader.kinds)


def test_the_draft_uses_every_kind_but_the_plain_sub_flow() -> None:
    flows = [GOOD["flow"], *GOOD["subflows"].values()]
    used = {node["kind"] for flow in flows for node in flow["nodes"]}
    kinds = {one["$ref"].rpartition("/")[2] for one in SCHEMA["$defs"]["node"]["oneOf"]}

    assert kinds - used == {"subflow"}
