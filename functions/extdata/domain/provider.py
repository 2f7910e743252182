"""A data provider (数据服务商): its contract, its hosts, its keys by name, its limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from extdata.domain.limit import Limits
from puhui.tenancy import BankId

KeyKind = Literal["hmac", "aes", "sm4", "rsa_private", "rsa_public", "sm2_private", "sm2_public"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """The agreement under which the bank may call a provider."""

    number: str
    valid_from: date
    valid_to: date

    def is_valid(self, on: date) -> bool:
        """Valid from its first to its last day, both included."""
        return self.valid_from <= on <= self.valid_to


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A desk, not a person: what it is for and how it is reached."""

    desk: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyName:
    """A key that connectors use by name; its versions live in Secrets Manager."""

    name: str
    kind: KeyKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Who answers, under which contract, from which hosts."""

    bank_id: BankId
    provider_id: str
    name: str
    contract: Contract
    contacts: tuple[Contact, ...] = ()
    hosts: tuple[str, ...] = ()
    """Exact host names that its connectors may reach; empty for the sandbox."""
    sandbox: bool = False
    """Answers from the sandbox: plain HTTP on this machine is allowed, never in production."""
    keys: tuple[KeyName, ...] = ()
    limits: Limits = field(default_factory=Limits)
    max_concurrent: int = 8
    score: int = 80
    """The bank's own appraisal (评分), 0 to 100: the quality of a route that states none."""
    registered_by: str = ""
    version: int = 0
