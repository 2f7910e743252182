"""Blind fingerprints of subjects under the platform's secret: the same number, the same key."""

from __future__ import annotations

from dataclasses import dataclass

from extdata.domain.subject import Subject
from puhui.blind_index import BlindIndex


@dataclass(frozen=True)
class BlindFingerprints:
    """`extdata.ports.Fingerprints`: `BlindFingerprints(BlindIndex.from_secret(client, arn))`."""

    index: BlindIndex

    def of(self, subject: Subject) -> str:
        """The key of the number that identifies the subject: `uscc:3f…`."""
        return self.of_number(*subject.identity)

    def of_number(self, field: str, value: str) -> str:
        """The field's name and 32 hex digits; every spelling of the number gives the same."""
        return f"{field}:{self.index.index(field, value)}"
