"""The bytes behind every pin of a manifest, from the files that are shipped with the code."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from puhui.errors import BadRequest
from puhui.strict_json import loads
from risk.adapters.packaged_labels import PACKAGED, packaged_labels
from risk.adapters.packaged_policies import PackagedParameters, PackagedPolicies
from risk.domain.errors import PolicyNotValid
from risk.domain.labels.rules import LabelRules
from risk.domain.listing import Listing, todays_listing
from risk.domain.record import Pin, PinKind

PARAMETER_PREFIX: Final = "risk."
SERVED: Final = ("model.onnx", "parameters.json")
"""What lies beside a card: the graph of a statistical model, or the parameters of code."""


class NotShipped(LookupError):
    """No shipped file has these bytes."""


@dataclass(frozen=True)
class ArtefactShelf:
    """Policies, models with cards, tables, label rules and the listing, by hash."""

    models_folder: Path
    code_version: str = ""
    policies: PackagedPolicies = field(default_factory=PackagedPolicies)
    parameters: PackagedParameters = field(default_factory=PackagedParameters)
    labels_path: Path = PACKAGED

    def body(self, pin: Pin) -> bytes:
        """The bytes that hash to the pin."""
        for body in self._bodies(pin.kind):
            if hashlib.sha256(body).hexdigest() == pin.sha256:
                return body
        raise NotShipped(f"no shipped {pin.kind} has the hash {pin.sha256}")

    @property
    def listing(self) -> Listing:
        """Today's library."""
        return todays_listing()

    def policy_sha256(self, policy_id: str, version: str) -> str | None:
        """The hash of today's file of a policy version, told by its name if it was damaged."""
        for path in self._policies:
            body = path.read_bytes()
            if _is(body, policy_id, version) or path.stem == f"{policy_id}-{version}":
                return hashlib.sha256(body).hexdigest()
        return None

    def model_sha256(self, model_id: str, version: str) -> tuple[str, str] | None:
        """The hashes of today's artefact and card of a model version, as the bytes are."""
        for path in self._cards:
            body = path.read_bytes()
            if _is(body, model_id, version):
                artefact = (path.parent / str(_head(body)["artefact"])).read_bytes()
                return hashlib.sha256(artefact).hexdigest(), hashlib.sha256(body).hexdigest()
        return None

    def tables_as_of(self, day: date) -> tuple[Any, LabelRules]:
        """Today's numbers of price and limit for a day, and today's label rules."""
        found = self.parameters.on(day)
        return (found.pricing, found.limit), packaged_labels(self.labels_path)

    @property
    def _policies(self) -> list[Path]:
        return sorted(self.policies.folder.glob("*.json"))

    @property
    def _cards(self) -> list[Path]:
        return sorted(self.models_folder.glob("*/card.json"))

    def _bodies(self, kind: PinKind) -> Iterator[bytes]:
        match kind:
            case "policy":
                yield from (path.read_bytes() for path in self._policies)
            case "model":
                for name in SERVED:
                    yield from (path.read_bytes() for path in self.models_folder.glob(f"*/{name}"))
            case "card":
                yield from (path.read_bytes() for path in self._cards)
            case "parameters":
                yield self._tables
            case "labels":
                yield self.labels_path.read_bytes()
            case "listing":
                yield todays_listing().body

    @cached_property
    def _tables(self) -> bytes:
        return joined(self.parameters)


def joined(parameters: PackagedParameters) -> bytes:
    """All tables as one artefact: what their common hash is the hash of."""
    return b"".join(parameters.bodies.values())


def split(tables: bytes) -> dict[str, bytes]:
    """Each table's own bytes by its short name, from what `joined` joined."""
    text, at, found = tables.decode(), 0, {}
    decoder = json.JSONDecoder()
    while at < len(text):
        document, end = decoder.raw_decode(text, at)
        following = text.find("{", end)
        end = len(text) if following < 0 else following
        name = str(document["name"]).removeprefix(PARAMETER_PREFIX)
        found[name], at = text[at:end].encode(), end
    if not found:
        raise PolicyNotValid("there are no parameter tables")
    return found


def _is(body: bytes, name: str, version: str) -> bool:
    head = _head(body)
    return (head.get("id"), head.get("version")) == (name, version)


def _head(body: bytes) -> dict[str, Any]:
    """The document, or nothing where it was damaged: then no version is found to be shipped."""
    try:
        found = loads(body)
    except BadRequest:
        return {}
    return found if isinstance(found, dict) else {}
