"""Opens archived policies, models and tables as the code opens the ones that it ships."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from risk.adapters.artefact_shelf import split
from risk.adapters.carded_formulas import CardedFormulas
from risk.adapters.model_cards import ModelCards
from risk.adapters.onnx_models import OnnxModels
from risk.adapters.packaged_policies import PackagedParameters, PackagedPolicies
from risk.domain.labels.rules import LabelRules
from risk.domain.listing import Listing
from risk.domain.record import Pin, PinKind


@dataclass(frozen=True)
class ArchivedEngine:
    """`risk.record_ports.Engine`."""

    policies: PackagedPolicies
    models: OnnxModels
    formulas: CardedFormulas
    parameters: PackagedParameters
    labels: LabelRules
    listing: Listing


@dataclass(frozen=True)
class ArchivedEngines:
    """`risk.record_ports.Engines`: decisions made with the same share what is loaded.

    The files lie in a folder of this process; none of them holds anything about a person.
    """

    _opened: dict[frozenset[Pin], ArchivedEngine] = field(default_factory=dict)
    _folder: tempfile.TemporaryDirectory[str] = field(
        default_factory=lambda: tempfile.TemporaryDirectory(prefix="puhui-replay-")
    )

    def open(self, bodies: Mapping[Pin, bytes]) -> ArchivedEngine:
        """The engine of these artefacts, loaded once."""
        key = frozenset(bodies)
        if key not in self._opened:
            # A folder of its own: one that could not be opened stays where it is.
            folder = Path(tempfile.mkdtemp(dir=self._folder.name))
            self._opened[key] = _engine(folder, bodies)
        return self._opened[key]


def _engine(folder: Path, bodies: Mapping[Pin, bytes]) -> ArchivedEngine:
    for name in ("policies", "models", "parameters"):
        (folder / name).mkdir(parents=True)
    for at, body in enumerate(_of("policy", bodies)):
        (folder / "policies" / f"{at}.json").write_bytes(body)
    artefacts = {pin.sha256: body for pin, body in bodies.items() if pin.kind == "model"}
    for body in _of("card", bodies):
        card = json.loads(body)
        model = folder / "models" / Path(card["id"]).name
        model.mkdir()
        (model / "card.json").write_bytes(body)
        (model / Path(card["artefact"]).name).write_bytes(artefacts[card["sha256"]])
    for name, body in split(_only("parameters", bodies)).items():
        (folder / "parameters" / f"{name}.json").write_bytes(body)
    cards = ModelCards(folder / "models")
    return ArchivedEngine(
        policies=PackagedPolicies(folder / "policies"),
        models=OnnxModels(cards),
        formulas=CardedFormulas(cards, archived=True),
        parameters=PackagedParameters(folder / "parameters"),
        labels=LabelRules.read(_only("labels", bodies)),
        listing=Listing.read(_only("listing", bodies)),
    )


def _of(kind: PinKind, bodies: Mapping[Pin, bytes]) -> list[bytes]:
    return [body for pin, body in bodies.items() if pin.kind == kind]


def _only(kind: PinKind, bodies: Mapping[Pin, bytes]) -> bytes:
    found = _of(kind, bodies)
    if len(found) != 1:
        raise LookupError(f"the archive has no {kind} of this decision")
    return found[0]
