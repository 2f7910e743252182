"""The linter names each defect that is put into a good policy, and finds none in the shipped."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from infra.cli import build
from infra.cli.policy_files import served_models
from risk.adapters.packaged_policies import MODULE
from risk.domain.errors import PolicyNotValid
from risk.domain.policy.document import read_policy
from risk.domain.policy.findings import CODES, WARNINGS
from risk.domain.policy.lint import lint_policy
from tests.support.risk_policies import DRAFT
from tests.unit.risk.policy.defects import DEFECTS
from tests.unit.risk.policy.spoiling import GOOD, Spoil, spoiled

SHIPPED = [*sorted((MODULE / "policies").glob("*.json")), DRAFT]
READERS = {
    "FIELD_UNKNOWN",
    "SUBFLOW_CYCLE",
    "CODE_DUPLICATE",
    "UNIT_MISMATCH",
    "INPUT_NOT_YET_GIVEN",
}


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.name)
def test_the_shipped_policies_have_no_findings(file: Path) -> None:
    assert lint_policy(file.read_bytes(), served=served_models()) == ()


@pytest.mark.parametrize(("code", "spoil"), DEFECTS.values(), ids=DEFECTS.keys())
def test_a_defect_is_named(code: str, spoil: Spoil) -> None:
    findings = lint_policy(spoiled(spoil), served=served_models())

    assert code in {one.code for one in findings}


@pytest.mark.parametrize(
    ("code", "spoil"),
    [one for one in DEFECTS.values() if one[0] in READERS],
    ids=[name for name, one in DEFECTS.items() if one[0] in READERS],
)
def test_a_defect_that_decisions_would_stumble_over_is_not_even_read(
    code: str, spoil: Spoil
) -> None:
    with pytest.raises(PolicyNotValid, match=code):
        read_policy(spoiled(spoil))


def test_every_code_is_seeded_but_the_one_of_what_is_no_json() -> None:
    seeded = {code for code, _ in DEFECTS.values()}

    assert set(CODES) - seeded == {"NOT_JSON"}
    assert len(seeded) >= 25


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    if isinstance(value, dict | list):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(one, (*path, key))


PLACES = list(places(GOOD))
ODD = st.sampled_from(
    ["", "null", "x", '"A"', "> 1", -1, 0, 0.5, True, None, [], {}, [1], {"a": 1}]
)


@settings(max_examples=150, deadline=None)
@given(changes=st.lists(st.tuples(st.sampled_from(PLACES), ODD), min_size=1, max_size=3))
def test_whatever_stands_in_a_document_the_linter_answers(
    changes: list[tuple[tuple[Any, ...], Any]],
) -> None:
    document = copy.deepcopy(GOOD)
    for path, odd in changes:
        inner: Any = document
        try:
            for key in path[:-1]:
                inner = inner[key]
            inner[path[-1]] = odd
        except (TypeError, KeyError, IndexError):
            continue

    findings = lint_policy(json.dumps(document).encode())

    assert all(one.code in CODES for one in findings)


def test_a_finding_says_where_and_in_two_languages() -> None:
    _, spoil = DEFECTS["an inverted interval"]
    (finding,) = lint_policy(spoiled(spoil))

    assert finding.to_json() == {
        "code": "INTERVAL_INVERTED",
        "path": "tables.operation.rules[top_buyer].c6",
        "message": "区间上下限颠倒 an inverted interval: [0.9..0.7]",
        "severity": "error",
    }


def test_what_is_no_json_is_one_finding() -> None:
    assert [one.code for one in lint_policy(b"{")] == ["NOT_JSON"]


def test_warnings_are_known_codes() -> None:
    assert set(CODES) >= WARNINGS


def test_the_command_prints_findings_and_fails(tmp_path: Path) -> None:
    document: dict[str, Any] = json.loads(SHIPPED[0].read_text(encoding="utf-8"))
    document["valid_to"] = "2001-01-01"
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps(document), encoding="utf-8")

    good, found = (
        CliRunner().invoke(build(), ["policy", "lint", str(file), "--json"])
        for file in (SHIPPED[0], bad)
    )

    assert (good.exit_code, json.loads(good.stdout)["findings"]) == (0, [])
    assert (found.exit_code, json.loads(found.stdout)["findings"][0]["code"]) == (
        1,
        "DATES_INVERTED",
    )


def test_the_command_tells_people_too(tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text("{", encoding="utf-8")

    told = CliRunner().invoke(build(), ["policy", "lint", str(bad)])

    assert "NOT_JSON" in told.stdout
    assert "1 findings 处问题" in told.stdout


def test_the_command_proves_the_published_policy() -> None:
    arguments = ["policy", "prove", str(SHIPPED[0]), "--contexts", "50", "--json"]

    told = CliRunner().invoke(build(), arguments)

    assert told.exit_code == 0
    assert all(one["differences"] == [] for one in json.loads(told.stdout)["tables"])


def test_a_file_that_is_not_there_is_trouble() -> None:
    assert CliRunner().invoke(build(), ["policy", "lint", "no-such.json"]).exit_code == 2
