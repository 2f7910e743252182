"""What is generated and committed is what would be generated now."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infra import diagrams, early_warning_page, indicator_catalogue, openapi, runbook
from infra.config import ROOT
from infra.generated import differences, write
from tests.infra.templates import Template


def _stale(files: dict[Path, str]) -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in differences(files)]


def test_the_openapi_documents_are_those_of_the_routes() -> None:
    assert _stale(openapi.documents()) == [], "run python -m infra.openapi"


def test_the_diagrams_are_those_of_the_state_machines() -> None:
    assert _stale(diagrams.documents()) == [], "run python -m infra.diagrams"


def test_the_catalogue_of_indicators_is_that_of_the_library() -> None:
    files = indicator_catalogue.documents()

    assert _stale(files) == [], "run python -m infra.indicator_catalogue"


def test_the_page_of_early_warning_is_that_of_the_library() -> None:
    assert _stale(early_warning_page.documents()) == [], "run python -m infra.early_warning_page"


def test_the_runbook_is_that_of_the_alarms(templates: dict[str, Template]) -> None:
    page = runbook.page({module: template.path for module, template in templates.items()})

    assert _stale({runbook.PAGE: page}) == [], "run python -m infra.runbook"


def test_the_runbook_has_one_line_for_every_alarm(templates: dict[str, Template]) -> None:
    page = runbook.page({module: template.path for module, template in templates.items()})

    lines = [line for line in page.splitlines() if line.startswith("| `puhui-")]

    alarms = sum(len(t.of_type("AWS::CloudWatch::Alarm")) for t in templates.values())
    assert len(lines) == len(set(lines)) == alarms > 0


def test_every_state_and_every_way_is_in_the_diagram(tmp_path: Path) -> None:
    machine = {
        "Comment": "One.",
        "StartAt": "Ask",
        "States": {
            "Ask": {
                "Type": "Task",
                "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
                "TimeoutSeconds": "{% ${AskSeconds} %}",
                "Arguments": {"FunctionName": "${Ask}"},
                "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Lost"}],
                "Next": "Yes?",
            },
            "Yes?": {
                "Type": "Choice",
                "Choices": [{"Condition": '{% $answer = "yes" %}', "Next": "Won"}],
                "Default": "Lost",
            },
            "Won": {"Type": "Succeed"},
            "Lost": {"Type": "Fail"},
        },
    }
    path = ROOT / "statemachines" / "trial" / "ask.asl.json"

    page = diagrams.page(path, json.dumps(machine))

    for line in (
        's0["Ask"]',
        's0 -.->|"States.ALL"| s3',
        's1{{"Yes?"}}',
        's1 -->|"#36;answer = #quot;yes#quot;"| s2',
        's1 -->|"otherwise"| s3',
        "| Ask |  | `Ask`, waits for the answer | `${AskSeconds}` |",
    ):
        assert line in page


def test_a_leftover_of_a_generated_folder_is_stale_and_is_removed(tmp_path: Path) -> None:
    made = {tmp_path / "kept.md": "kept"}
    (tmp_path / "leftover.md").write_text("old", encoding="utf-8")

    assert set(differences(made)) == {tmp_path / "kept.md", tmp_path / "leftover.md"}
    write(made)

    assert differences(made) == []


@pytest.mark.parametrize("module", openapi.modules_with_api())
def test_every_operation_has_its_errors_and_a_summary(module: str) -> None:
    for path, operations in openapi.document(module)["paths"].items():
        for method, operation in operations.items():
            if method == "parameters":
                continue
            assert operation.get("summary"), f"{method} {path}"
            assert {"400", "500"} <= operation["responses"].keys(), f"{method} {path}"
