"""The files of external data: one per provider, one for routes, one for access; docs/extdata.md."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

MAX_FILE_BYTES = 1024 * 1024
ROUTES_FILE = "routes.yaml"
ACCESS_FILE = "access.yaml"


class ExtdataFileNotValid(ValueError):
    """The file does not describe a provider, routes or access; the message says where."""


@dataclass(frozen=True, slots=True)
class ProviderFile:
    """A provider with its connectors and prices, as the API takes them."""

    path: Path
    provider_id: str
    provider: Mapping[str, Any]
    connectors: tuple[Mapping[str, Any], ...]
    prices: tuple[Mapping[str, Any], ...]

    @property
    def key_names(self) -> tuple[str, ...]:
        """The keys that the provider and the bank exchanged."""
        return tuple(str(key["name"]) for key in self.provider.get("keys", ()))

    def demands(self) -> Iterator[dict[str, Any]]:
        """The body that demands each connector."""
        for connector in self.connectors:
            yield {"provider_id": self.provider_id, **connector}


def read_provider_file(path: Path) -> ProviderFile:
    """Read one provider's file; the API checks its content."""
    content = read_yaml(path)
    _only(path, content, {"provider", "connectors", "prices"})
    provider = _mapping(path, content, "provider")
    provider_id = provider.get("provider_id")
    if not isinstance(provider_id, str):
        raise ExtdataFileNotValid(f"{path}: provider.provider_id is missing")
    return ProviderFile(
        path=path,
        provider_id=provider_id,
        provider={key: value for key, value in provider.items() if key != "provider_id"},
        connectors=_list(path, content, "connectors"),
        prices=_list(path, content, "prices"),
    )


def read_routes_file(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each product with its route table."""
    content = read_yaml(path)
    _only(path, content, {"routes"})
    for product, table in _mapping(path, content, "routes").items():
        if not re.fullmatch(r"[a-z_]+/[0-9]+", str(product)) or not isinstance(table, dict):
            raise ExtdataFileNotValid(f"{path}: routes.{product} is no product with its table")
        yield str(product), table


def read_access_file(path: Path) -> dict[str, Any]:
    """Permissions and limits."""
    return read_yaml(path)


def provider_files(folder: Path) -> list[Path]:
    """The provider files of a folder, by name."""
    return sorted(
        path for path in folder.glob("*.yaml") if path.name not in {ROUTES_FILE, ACCESS_FILE}
    )


def read_yaml(path: Path) -> dict[str, Any]:
    """Read a file of ours: dates stay texts, `no` and 010 are no surprises, keys differ."""
    if path.stat().st_size > MAX_FILE_BYTES:
        raise ExtdataFileNotValid(f"{path} is larger than 1 MB")
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ExtdataFileNotValid(f"{path}: {error}") from error
    if not isinstance(content, dict):
        raise ExtdataFileNotValid(f"{path} is not a mapping")
    return content


class _Loader(yaml.CSafeLoader):  # libyaml: twenty times faster, and every wheel has it
    """Knows texts, whole numbers, true, false and null, and refuses a key that comes twice."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        """Build a mapping whose keys differ."""
        keys = [key.value for key, _ in node.value]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise yaml.constructor.ConstructorError(
                None, None, f"{', '.join(twice)} comes twice", node.start_mark
            )
        return dict(super().construct_mapping(node, deep=deep))


_Loader.yaml_implicit_resolvers = {}
# A resolver matches from the start only: without the end, `false_invoice` would be a truth value.
for _tag, _whole, _first in (
    ("bool", r"(?:true|false)\Z", list("tf")),
    ("null", r"(?:null|~|)\Z", ["n", "~", ""]),
    ("int", r"-?(?:0|[1-9][0-9]*)\Z", list("-0123456789")),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_whole), _first)


def _mapping(path: Path, content: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = content.get(name)
    if not isinstance(found, dict):
        raise ExtdataFileNotValid(f"{path}: {name} is missing or no mapping")
    return found


def _list(path: Path, content: Mapping[str, Any], name: str) -> tuple[Mapping[str, Any], ...]:
    found = content.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise ExtdataFileNotValid(f"{path}: {name} is no list of mappings")
    return tuple(found)


def _only(path: Path, content: Mapping[str, Any], known: set[str]) -> None:
    unknown = sorted(content.keys() - known)
    if unknown:
        raise ExtdataFileNotValid(f"{path}: {', '.join(unknown)} is not known here")
