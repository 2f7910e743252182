"""Every function starts, every route is guarded, every page is there: the assembly is whole."""

from __future__ import annotations

import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from infra.cli.how_to import script
from infra.local.cloud import LocalCloud
from infra.local.dead_letters import DeadLetters
from infra.local.running import running_cloud

pytestmark = pytest.mark.e2e
ROOT = Path(__file__).parents[2]
NOT_STARTED = (
    "Runtime.",
    "Sandbox.",
    "MissingSettings",
    "ImportError",
    "ModuleNotFoundError",
    "NameError",
)
MAX_START_SECONDS = 60.0
"""About four seconds on two idle cores; a busy machine must not fail the test."""


def test_the_cloud_starts_quickly(cloud: LocalCloud) -> None:
    assert cloud.started_seconds < MAX_START_SECONDS


def test_every_function_starts(cloud: LocalCloud) -> None:
    """An empty event is no request of ours, but the handler must be there to refuse it."""

    def first_error(name: str) -> tuple[str, str] | None:
        answer = cloud.invoke(name, b"{}")
        error = answer.json() if answer.failed else {}
        kind = str(error.get("errorType", ""))
        return (name, error["errorMessage"]) if kind.startswith(NOT_STARTED) else None

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(first_error, sorted(cloud.deployed.functions.functions)))

    assert [one for one in found if one] == []


def test_every_route_asks_for_a_token_unless_it_is_public(cloud: LocalCloud) -> None:
    answered = {}
    with httpx.Client(base_url=cloud.gateway_url, timeout=60) as client:
        for api in cloud.deployed.apis.values():
            module = cloud.deployed.module_of(api)
            for method in api.methods:
                path = api.path_of(method.resource_id).replace("{", "").replace("}", "")
                response = client.request(method.http_method, f"/{module}{path}", json={})
                refused = response.status_code == httpx.codes.UNAUTHORIZED
                if method.authorizer_id is not None and not refused:
                    answered[f"{method.http_method} /{module}{path}"] = response.status_code

    assert answered == {}


def test_every_module_has_its_api_page(cloud: LocalCloud) -> None:
    with httpx.Client(base_url=cloud.gateway_url, timeout=30) as client:
        documents = {
            module: client.get(f"/docs/openapi/{module}.json").status_code
            for module in cloud.modules
        }

    assert set(documents.values()) == {200}


def test_the_printed_script_applies_for_a_loan(cloud: LocalCloud, tmp_path: Path) -> None:
    commands = script(cloud.gateway_url).replace("sleep 10", "sleep 1")
    environment = {**os.environ, "PUHUI_STATE_DIR": str(cloud.state_dir)}
    environment["PATH"] = f"{ROOT / '.venv' / 'bin'}:{environment['PATH']}"

    done = subprocess.run(  # noqa: S603 (our own script)
        ["/bin/bash", "-eu", "-o", "pipefail", "-c", commands],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "Check intake" in done.stdout


def test_nothing_became_a_dead_letter(cloud: LocalCloud) -> None:
    cloud.wait_until_quiet(60)

    waiting = {
        queue.name: queue.waiting
        for queue in DeadLetters(running_cloud(cloud.state_dir)).queues()
        if queue.waiting
    }

    assert waiting == {}


def test_health_names_the_business_date(cloud: LocalCloud) -> None:
    health = httpx.get(f"{cloud.gateway_url}/health").json()

    assert health["business_date"] == cloud.business_date
    assert json.dumps(health["modules"]) == json.dumps(cloud.modules)
