"""What a configuration must be before it is kept: providers, route tables, access, prices."""

from __future__ import annotations

import re
from collections.abc import Iterable

from extdata.domain.consent import PURPOSES, SCOPE_OF_PRODUCT
from extdata.domain.errors import ConfigurationRefused
from extdata.domain.limit import Limits
from extdata.domain.permission import AccessRules
from extdata.domain.price import Price
from extdata.domain.provider import KeyKind, Provider
from extdata.domain.route import RouteTable

MAX_KEY_BYTES = 8_192
SYMMETRIC_BYTES: dict[KeyKind, frozenset[int]] = {
    "aes": frozenset({32}),
    "sm4": frozenset({16}),
    "hmac": frozenset(range(16, 257)),
}
"""Sizes of symmetric keys: AES-256, SM4 (128 bits), HMAC from 128 bits."""
_HOST = re.compile(
    r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]"
)
_CALLER = re.compile(r"[a-z][a-z_]{1,31}|role:[a-z_]{2,31}")


def check_provider(provider: Provider, *, sandbox_allowed: bool) -> None:
    """A provider has a contract that runs forward, and exact hosts unless it is simulated."""
    if provider.contract.valid_from > provider.contract.valid_to:
        raise _refused("contract.valid_to", "contract.period", "the contract ends before it begins")
    if provider.sandbox and not sandbox_allowed:
        raise _refused("sandbox", "provider.sandbox", "no simulated provider is allowed here")
    if provider.sandbox == bool(provider.hosts):
        raise _refused("hosts", "provider.hosts", "a real provider has hosts, a simulated one none")
    for host in provider.hosts:
        if not _HOST.fullmatch(host):
            raise _refused("hosts", "provider.host", "a host is an exact lower-case name")
    _each_once("keys", "provider.key_twice", (key.name for key in provider.keys))


def check_key(kind: KeyKind, material: bytes) -> None:
    """A symmetric key has the size of its algorithm; an asymmetric one is PEM or raw SM2 bytes."""
    sizes = SYMMETRIC_BYTES.get(kind)
    fits = 0 < len(material) <= MAX_KEY_BYTES if sizes is None else len(material) in sizes
    if not fits:
        raise _refused("material", "key.size", f"this is no key of kind {kind}")


def check_product(product: str) -> None:
    """Only products that a consent can cover may be asked for."""
    if product not in SCOPE_OF_PRODUCT:
        raise _refused("product", "product.unknown", "there is no such product")


def check_route_table(table: RouteTable) -> None:
    """A route table names each connector once and gives every route a time that runs forward."""
    check_product(table.product)
    _each_once("routes", "route.twice", (route.connector_id for route in table.routes))
    for number, route in enumerate(table.routes):
        if route.effective_from > route.effective_to:
            raise _refused(f"routes.{number}", "route.period", "the route ends before it begins")


def check_access(rules: AccessRules) -> None:
    """Permissions name known products and purposes, and callers that can exist."""
    for number, line in enumerate(rules.permissions):
        where = f"permissions.{number}"
        if not _CALLER.fullmatch(line.caller):
            raise _refused(f"{where}.caller", "access.caller", "a module, or role: and a role")
        if line.product not in SCOPE_OF_PRODUCT:
            raise _refused(f"{where}.product", "product.unknown", "there is no such product")
        if not line.purposes or line.purposes - PURPOSES.keys():
            raise _refused(f"{where}.purposes", "access.purpose", "not a known purpose")
    for product, _ in rules.product_limits:
        check_product(product)
    _each_once("caller_limits", "access.twice", (name for name, _ in rules.caller_limits))
    _each_once("product_limits", "access.twice", (name for name, _ in rules.product_limits))


def check_limits(field: str, limits: Limits) -> None:
    """A day's quota is not larger than the month's."""
    if limits.daily is not None and limits.monthly is not None and limits.daily > limits.monthly:
        raise _refused(field, "limits.daily", "a day's quota is larger than the month's")


def check_price(price: Price) -> None:
    """Tiers rise, the last one is open; amounts are not negative; the period runs forward."""
    if price.effective_from > price.effective_to:
        raise _refused("effective_to", "price.period", "the price ends before it begins")
    bounds = [tier.up_to for tier in price.tiers]
    closed = [bound for bound in bounds[:-1] if bound is not None]
    if not bounds or bounds[-1] is not None or len(closed) != len(bounds) - 1:
        raise _refused("tiers", "price.tiers", "every tier but the last has an upper end")
    if closed != sorted(set(closed)) or any(bound < 1 for bound in closed):
        raise _refused("tiers", "price.tiers", "the tiers' upper ends rise")
    if any(tier.unit_yuan < 0 for tier in price.tiers) or price.minimum_yuan < 0:
        raise _refused("tiers", "price.negative", "a price is not negative")
    if price.package is not None and (price.package.calls < 1 or price.package.fee_yuan < 0):
        raise _refused("package", "price.package", "a package covers at least one call")


def _each_once(field: str, rule: str, names: Iterable[str]) -> None:
    listed = list(names)
    if len(set(listed)) != len(listed):
        raise _refused(field, rule, "a name appears twice")


def _refused(field: str, rule: str, message: str) -> ConfigurationRefused:
    return ConfigurationRefused(message, field=field, rule=rule)
