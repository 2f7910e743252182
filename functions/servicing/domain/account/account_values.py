"""An account and its rules as plain values and back, as they are stored beside each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from servicing.domain.account.account import Account
from servicing.domain.account.rules import ServicingRules
from servicing.domain.plain_values import decoded, of_plain, plain, plain_value

RULES: Final = "rules"
"""Kept beside the account: they never change after the loan is booked."""


def account_values(account: Account) -> dict[str, Any]:
    """The account as JSON can hold it, without its rules."""
    return plain(account, without=(RULES,))


def account_of_values(values: Mapping[str, Any], rules: ServicingRules) -> Account:
    """The account that `account_values` wrote, under its rules."""
    return Account(rules=rules, **decoded(Account, values))


def rules_values(rules: ServicingRules) -> dict[str, Any]:
    """The rules as JSON can hold them; every field, so that no later default changes a loan."""
    return {field.name: plain_value(getattr(rules, field.name)) for field in fields(rules)}


def rules_of_values(values: Mapping[str, Any]) -> ServicingRules:
    """The rules that `rules_values` wrote."""
    return of_plain(ServicingRules, values)
