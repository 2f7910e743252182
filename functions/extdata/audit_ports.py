"""What audit chains and their seals need from the world outside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from extdata.domain.audit import ChainId, Link
from extdata.domain.seal import ChainSeal
from puhui.tenancy import BankId


class AuditChains(Protocol):
    """The chained records."""

    def append(self, chain: ChainId, record_id: str, record: Mapping[str, Any]) -> bool:
        """Append once per record id; answer whether it was new."""
        ...

    def links(self, chain: ChainId) -> Iterator[Link]:
        """The links in order."""
        ...

    def head(self, chain: ChainId) -> tuple[int, str] | None:
        """Sequence and hash of the last link."""
        ...

    def expected_records(self, bank_id: BankId, day: str) -> Iterator[str]:
        """Ids of every record that must be in a chain of that day."""
        ...


class AuditSeals(Protocol):
    """Heads of audit chains, kept where nobody can change them."""

    def keep(self, seal: ChainSeal) -> None:
        """Keep a seal; the same one twice is one."""
        ...

    def of_day(self, bank_id: BankId, day: str) -> Sequence[ChainSeal]:
        """Every seal of a day's chains."""
        ...
