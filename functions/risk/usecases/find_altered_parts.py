"""Find altered parts (查找被改动的部件): what is shipped today under a recorded version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from risk.domain.difference import NOTHING, Difference
from risk.domain.listing import Listing
from risk.record_ports import UNUSABLE, Engine, Shipped


@dataclass(frozen=True)
class FindAlteredParts:
    """Name each policy, model, table and indicator that is no longer what it was.

    A new version beside the old one alters nothing; other bytes under an old version do.
    """

    shipped: Shipped

    def __call__(
        self, manifest: Mapping[str, Any], engine: Engine, as_of: date
    ) -> tuple[Difference, ...]:
        return (
            *self._policies(manifest),
            *self._models(manifest),
            *self._library(engine.listing),
            *self._tables(manifest, engine, as_of),
        )

    def _policies(self, manifest: Mapping[str, Any]) -> Iterator[Difference]:
        for at, one in enumerate(manifest["policies"]):
            today = self.shipped.policy_sha256(one["id"], one["version"])
            if today not in (None, one["sha256"]):
                path = f"$.manifest.policies[{at}].sha256"
                yield Difference(part="policy", path=path, recorded=one["sha256"], recomputed=today)

    def _models(self, manifest: Mapping[str, Any]) -> Iterator[Difference]:
        for at, one in enumerate(manifest["models"]):
            today = self.shipped.model_sha256(one["id"], one["version"])
            if today is None:
                continue
            for name, digest in zip(("sha256", "card_sha256"), today, strict=True):
                if digest != one[name]:
                    yield Difference(
                        part="model",
                        path=f"$.manifest.models[{at}].{name}",
                        recorded=one[name],
                        recomputed=digest,
                    )

    def _library(self, listing: Listing) -> Iterator[Difference]:
        for name, recorded, today in listing.changes(self.shipped.listing):
            yield Difference(
                part="library",
                path=f"$.indicators.{name}.version",
                recorded=recorded,
                recomputed=today or NOTHING,
            )
            return

    def _tables(
        self, manifest: Mapping[str, Any], engine: Engine, as_of: date
    ) -> Iterator[Difference]:
        """Tables have no version: they are compared by what they say of the decision's day."""
        then = engine.parameters.on(as_of)
        try:
            today, labels = self.shipped.tables_as_of(as_of)
        except UNUSABLE as error:
            today, labels = f"{error}", engine.labels
        if today != (then.pricing, then.limit):
            yield Difference(
                part="parameters",
                path="$.manifest.parameters_sha256",
                recorded=manifest["parameters_sha256"],
                recomputed=f"another row is in force on {as_of}",
            )
        if not engine.labels.same_on(labels, as_of):
            yield Difference(
                part="labels",
                path="$.manifest.labels_sha256",
                recorded=manifest["labels_sha256"],
                recomputed=labels.sha256,
            )
