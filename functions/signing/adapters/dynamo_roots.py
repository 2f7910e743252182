"""The one root that signing trusts, pinned when it is first seen or by configuration."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from puhui.clock import Clock
from puhui.dynamodb import dynamo_errors
from puhui.errors import Conflict, NotFound
from signing.adapters.rows import RootRow
from signing.domain.errors import CertificateRefused

FIRST_USE: Final = "first-use"
"""Trust the root that answers first, for ever; production configures a fingerprint instead."""
_KEY: Final = ("TRUST#CA", "ROOT")


class _PinnedMeanwhile(Conflict):
    """Another function pinned a root first."""


class DynamoRoots:
    """Reads the pinned root; without one it pins, once, the root that the authority names."""

    def __init__(self, configured_sha256: str, clock: Clock) -> None:
        self._configured = configured_sha256
        self._clock = clock
        self._root_pem: str | None = None

    def trusted(self, ask: Callable[[], str]) -> str:
        """The pinned root's PEM; `ask` is called only when none is pinned yet."""
        if self._root_pem is None:
            try:
                self._root_pem = self.pinned()
            except NotFound:
                self._root_pem = self._pin(ask())
        return self._root_pem

    def pinned(self) -> str:
        """The pinned root's PEM; raises NotFound before anything was ever signed."""
        with dynamo_errors():
            row = RootRow.get(*_KEY, consistent_read=True)
        return self._checked(row.root_pem)

    def _pin(self, root_pem: str) -> str:
        checked = self._checked(root_pem)
        pk, sk = _KEY
        row = RootRow(
            pk=pk,
            sk=sk,
            root_pem=checked,
            sha256=_fingerprint(checked),
            pinned_at=self._clock.now(),
        )
        try:
            with dynamo_errors(conflict=_PinnedMeanwhile):
                row.save()
        except _PinnedMeanwhile:
            return self.pinned()
        return checked

    def _checked(self, root_pem: str) -> str:
        if self._configured not in (FIRST_USE, _fingerprint(root_pem)):
            raise CertificateRefused("not the configured root", rule="ca.root")
        return root_pem


def _fingerprint(root_pem: str) -> str:
    try:
        return x509.load_pem_x509_certificate(root_pem.encode()).fingerprint(hashes.SHA256()).hex()
    except ValueError as error:
        raise CertificateRefused("the root is no certificate", rule="ca.format") from error
