"""Who reaches which route of the back office, and what never reaches a log."""

from __future__ import annotations

from typing import Any

import pytest

from operations.api import routes
from operations.policy import POLICY
from puhui.identity import ROLES
from tests.support.back_office import Call, a_person, opened

ROUTES = sorted((spec.method, spec.path, spec.action or "") for spec in routes.table())
VALUES = {"{task_id}": "task-none", "{staff_id}": "nobody-1", "{code}": "no-product"}


@pytest.mark.parametrize(("method", "path", "action"), ROUTES)
def test_a_role_reaches_a_route_only_by_its_policy(
    call: Call, method: str, path: str, action: str
) -> None:
    for name, value in VALUES.items():
        path = path.replace(name, value)

    answers = {
        role: call(method, path, {} if method == "PUT" else None, role=role)
        for role in sorted(ROLES)
    }

    reached = {role for role, (status, _) in answers.items() if status != 403}
    assert reached == set(POLICY[action].roles)
    assert [answer for status, answer in answers.values() if status >= 500] == []


def test_every_route_names_a_policy_of_its_own_module() -> None:
    assert {spec.action for spec in routes.table()} <= set(POLICY)


CANARIES = ("汪小明", "13812345678", "法人承诺追加担保")


def test_no_name_phone_or_comment_is_logged(
    office: Call, waiting: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    task_id = opened(office, waiting)
    office("POST", f"/tasks/{task_id}/claim", role="approver")
    comment = {"outcome": "approved", "comment": " ".join(CANARIES)}
    for body in (comment, comment, comment | {"limit_fen": 1}, comment | {"colour": CANARIES[0]}):
        office("POST", f"/tasks/{task_id}/decision", body, role="approver")
    office("PUT", "/staff/x", a_person("7") | {"roles": [CANARIES[0]]})
    office("PUT", "/staff/x", a_person("7") | {"display_name": 1})

    written = "".join(capsys.readouterr())

    assert '"http_path":"/tasks/{task_id}/decision"' in written
    assert [canary for canary in CANARIES if canary in written] == []


def test_no_refusal_repeats_a_name(office: Call) -> None:
    body = a_person("7") | {"employee_no": CANARIES[0], "colour": CANARIES[1]}

    _, answer = office("PUT", "/staff/x", body)

    assert [canary for canary in CANARIES if canary in str(answer)] == []
