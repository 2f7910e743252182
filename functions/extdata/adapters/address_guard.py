"""Which addresses a connector may reach: names of its provider, on the public Internet, by HTTPS.

A URL is taken apart once, strictly; names are looked up once, and the connection goes to the
looked-up address itself, so that a second answer of the name server changes nothing. Simulated
providers answer at the sandbox's own origin only, which may be this machine.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from extdata.domain.errors import AddressRefused, ProviderTimeout, ProviderUnreachable

Resolve = Callable[[str, int], Sequence[str]]
"""Answers every address of a name, as text."""

HTTPS_PORT = 443
HTTP_PORT = 80
MAX_URL = 2_000
LOOKUP_THREADS = 8
_PLAIN_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9.-]{1,253})(:(?P<port>[1-9][0-9]{0,4}))?"
    r"(?P<path>/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)(\?(?P<query>[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*))?"
)
_NAME = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
_NUMBER_LIKE = re.compile(r"(0x[0-9a-f]*|[0-9]+)")
_REFUSED_V4 = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_ALLOWED_V6 = ip_network("2000::/3")
_REFUSED_V6 = tuple(
    ip_network(text)
    for text in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "2620:4f:8000::/48")
)
"""Inside 2000::/3: Teredo, ORCHID and other protocols, documentation, 6to4, AS112."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Scheme, name and port."""

    scheme: str
    host: str
    port: int

    @property
    def authority(self) -> str:
        """What stands in the Host header: the port only where it is not the usual one."""
        usual = HTTPS_PORT if self.scheme == "https" else HTTP_PORT
        return self.host if self.port == usual else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A checked address: where to connect and what to ask for."""

    origin: Origin
    path: str
    query: str
    sandbox: bool

    @property
    def resource(self) -> bytes:
        """Path and query as they stand in the request line."""
        return (self.path + (f"?{self.query}" if self.query else "")).encode("ascii")


def checked_target(url: str, *, hosts: Sequence[str], sandbox_base: str | None = None) -> Target:
    """Take a URL apart, or raise AddressRefused.

    With `sandbox_base` the origin must be the sandbox's; else it must be HTTPS to one of `hosts`.
    """
    origin, path, query = _taken_apart(url)
    if sandbox_base is not None:
        base, base_path, _ = _taken_apart(sandbox_base.rstrip("/") + "/")
        if origin != base or not path.startswith(base_path):
            raise refused("address.sandbox", "this is not the sandbox")
        return Target(origin=origin, path=path, query=query, sandbox=True)
    if origin.scheme != "https":
        raise refused("address.https", "only HTTPS leaves the bank")
    if not _NAME.fullmatch(origin.host) or _NUMBER_LIKE.fullmatch(origin.host.split(".")[-1]):
        raise refused("address.name", "an address is a name, not a number")
    if origin.host not in hosts:
        raise refused("address.host", "the host is not one of the provider's")
    if origin.port != HTTPS_PORT:
        raise refused("address.port", f"only port {HTTPS_PORT}")
    return Target(origin=origin, path=path, query=query, sandbox=False)


def _taken_apart(url: str) -> tuple[Origin, str, str]:
    """No credentials, fragments, backslashes, spaces, line ends or letters beyond ASCII."""
    found = _PLAIN_URL.fullmatch(url) if len(url) <= MAX_URL else None
    if found is None:
        raise refused("address.url", "this is not a plain URL")
    segments = found["path"].lower().replace("%2e", ".").split("/")
    if "." in segments or ".." in segments:
        raise refused("address.path", "no . or .. in the path")
    usual = HTTPS_PORT if found["scheme"] == "https" else HTTP_PORT
    port = int(found["port"] or usual)
    origin = Origin(scheme=found["scheme"], host=found["host"], port=port)
    return origin, found["path"], found["query"] or ""


def checked_addresses(
    origin: Origin, *, sandbox: bool, resolve: Resolve, timeout_seconds: float
) -> tuple[str, ...]:
    """Look a name up once; one forbidden address among several refuses them all."""
    addresses = _looked_up(origin, resolve, timeout_seconds)
    for address in addresses:
        if not is_allowed(address, sandbox=sandbox):
            raise refused("address.private", "the name leads to an address that is not public")
    return tuple(addresses)


def _looked_up(origin: Origin, resolve: Resolve, timeout_seconds: float) -> Sequence[str]:
    """In a thread, because a lookup itself knows no timeout."""
    future = _LOOKUPS.submit(resolve, origin.host, origin.port)
    try:
        addresses = future.result(timeout=timeout_seconds)
    except FutureTimeout as error:
        future.cancel()
        failure = ProviderTimeout("the name was not looked up in time", rule="provider.timeout")
        failure.charge = "free"
        raise failure from error
    except OSError as error:
        raise ProviderUnreachable("the name is not known", rule="provider.name") from error
    if not addresses:
        raise ProviderUnreachable("the name has no address", rule="provider.name")
    return addresses


_LOOKUPS = ThreadPoolExecutor(max_workers=LOOKUP_THREADS, thread_name_prefix="provider-names")


def system_resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a name by the system's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_allowed(text: str, *, sandbox: bool) -> bool:
    """Public unicast only; the sandbox may also be this machine.

    >>> is_allowed("169.254.169.254", sandbox=True), is_allowed("223.5.5.5", sandbox=False)
    (False, True)
    """
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if sandbox and text in ("127.0.0.1", "::1"):
        return True
    if isinstance(address, IPv6Address):
        return _is_public_v6(address)
    return _is_public_v4(address)


def _is_public_v4(address: IPv4Address) -> bool:
    return not any(address in network for network in _REFUSED_V4)


def _is_public_v6(address: IPv6Address) -> bool:
    """Mapped, translated and tunnelled forms of IPv4 all lie outside what is allowed here."""
    if address.scope_id is not None or address not in _ALLOWED_V6:
        return False
    return not any(address in network for network in _REFUSED_V6)


def refused(rule: str, message: str) -> AddressRefused:
    """The guard's refusal; it never quotes the address."""
    return AddressRefused(message, rule=rule)
