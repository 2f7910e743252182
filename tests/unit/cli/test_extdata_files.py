"""The files of external data: texts stay texts, and what is odd is named with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.cli.extdata_file import (
    ExtdataFileNotValid,
    provider_files,
    read_provider_file,
    read_routes_file,
    read_yaml,
)
from infra.config import ROOT

EXAMPLES = ROOT / "docs" / "examples" / "extdata"


def written(folder: Path, text: str, name: str = "file.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_every_example_is_readable_and_names_its_provider() -> None:
    files = [read_provider_file(path) for path in provider_files(EXAMPLES)]

    assert {file.path.stem for file in files} == {file.provider_id for file in files}
    assert len(files) == 12


def test_every_example_connector_has_a_price_and_a_known_and_an_unknown_case() -> None:
    for file in map(read_provider_file, provider_files(EXAMPLES)):
        priced = {price["connector_id"] for price in file.prices}
        for body in file.demands():
            assert body["connector_id"] in priced
            assert {case["subject"] for case in body["test_cases"]} == {"known", "unknown"}


def test_every_example_route_leads_to_an_example_connector() -> None:
    connectors = {
        (body["connector_id"], body["product"])
        for path in provider_files(EXAMPLES)
        for body in read_provider_file(path).demands()
    }

    routes = {
        (route["connector_id"], product)
        for product, table in read_routes_file(EXAMPLES / "routes.yaml")
        for route in table["routes"]
    }

    assert routes <= connectors


@pytest.mark.parametrize(
    ("text", "value"),
    [("no", "no"), ("010", "010"), ("2026-11-02", "2026-11-02"), ("12", 12), ("true", True)],
)
def test_a_value_is_what_a_banker_wrote(tmp_path: Path, text: str, value: object) -> None:
    assert read_yaml(written(tmp_path, f"key: {text}\n")) == {"key": value}


def test_a_key_that_comes_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExtdataFileNotValid, match="a comes twice"):
        read_yaml(written(tmp_path, "a: 1\na: 2\n"))


def test_a_part_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    file = written(tmp_path, "provider: {provider_id: x}\nconector: []\n")

    with pytest.raises(ExtdataFileNotValid, match="conector"):
        read_provider_file(file)


def test_a_file_without_a_provider_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ExtdataFileNotValid, match="provider is missing"):
        read_provider_file(written(tmp_path, "connectors: []\n"))
