"""What decisions are made with, beside their records: policies, models, tables, by hash."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from risk.adapters.artefact_shelf import ArtefactShelf
from risk.adapters.immutable_objects import put_first
from risk.domain.record import Pin

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ARTEFACTS: Final = "artefacts/"
BINARY: Final = "application/octet-stream"


@dataclass(frozen=True)
class S3Artefacts:
    """`risk.record_ports.Artefacts`: each artefact once a process, under its hash."""

    client: S3Client
    bucket: str
    shelf: ArtefactShelf
    at_once: Callable[..., Iterable[None]] = map
    """How several are written: one after another, or by threads."""
    _kept: set[Pin] = field(default_factory=set)

    def keep(self, pins: tuple[Pin, ...], own: Mapping[str, bytes]) -> None:
        """Some writes with the first decision of a process, none with most others."""

        def write(pin: Pin) -> None:
            body = own.get(pin.sha256) or self.shelf.body(pin)
            # The key is made of the content: one that lies there is the same.
            put_first(self.client, self.bucket, key_of(pin), body, BINARY)

        new = [pin for pin in pins if pin not in self._kept]
        for pin, _ in zip(new, self.at_once(write, new), strict=True):
            self._kept.add(pin)


def key_of(pin: Pin) -> str:
    """Where an artefact lies.

    >>> key_of(Pin("policy", "ab12"))
    'artefacts/policy/ab12'
    """
    return f"{ARTEFACTS}{pin.kind}/{pin.sha256}"
