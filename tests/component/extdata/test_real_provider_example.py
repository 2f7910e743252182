"""The example file of a real provider passes the API as far as the network."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest

from extdata import wiring as composition
from extdata.adapters.connector_specifications import ConnectorSpecifications
from infra.cli.extdata_file import provider_files, read_provider_file
from infra.config import ROOT
from tests.component.extdata.api_world import STEWARD, ApiWorld, api_world

FOLDER = ROOT / "docs" / "examples" / "extdata"
FILE = read_provider_file(FOLDER / "real-provider.yaml.example")
PROVIDER = {"provider_id": FILE.provider_id}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[ApiWorld]:
    """The API that checks specifications as it does when it is deployed."""
    with api_world(monkeypatch) as made:
        monkeypatch.setattr(composition, "_specifications", ConnectorSpecifications)
        yield made


def test_it_registers_takes_its_keys_and_demands_its_connectors(world: ApiWorld) -> None:
    provider = "/providers/{provider_id}"
    key = {"version": "v1", "material": base64.b64encode(bytes(32)).decode()}

    done = [
        world.call("PUT", provider, STEWARD, body=dict(FILE.provider), values=PROVIDER),
        *(
            world.call(
                "PUT", f"{provider}/keys/{{name}}", STEWARD, body=key,
                values=PROVIDER | {"name": name},
            )
            for name in FILE.key_names
        ),
        *(world.call("POST", "/connectors", STEWARD, body=body) for body in FILE.demands()),
        *(world.call("POST", "/prices", STEWARD, body=dict(one)) for one in FILE.prices),
    ]  # fmt: skip

    assert [(one.status, one.error) for one in done if one.status >= 400] == []
    assert len(done) == 4


def test_it_names_its_hosts_and_writes_its_test_subjects_out() -> None:
    assert FILE.provider["hosts"]
    assert not FILE.provider["sandbox"]
    for body in FILE.demands():
        assert body["spec"]["request"]["url"].startswith(f"https://{FILE.provider['hosts'][0]}/")
        assert all(isinstance(case["subject"], dict) for case in body["test_cases"])


def test_setting_up_the_folder_leaves_it_alone() -> None:
    assert FILE.path not in provider_files(FOLDER)
