"""The address guard: no spelling of a forbidden address gets through, the right ones do (T8)."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest

from extdata.adapters.address_guard import (
    Origin,
    checked_addresses,
    checked_target,
    is_allowed,
)
from extdata.domain.errors import AddressRefused, ProviderTimeout, ProviderUnreachable

HOSTS = ("api.tax.example", "127.0.0.1.nip.example", "localhost.example")
NAME = Origin(scheme="https", host="api.tax.example", port=443)
SPELLINGS = [
    "http://api.tax.example/x",
    "https://127.0.0.1/x",
    "https://2130706433/x",
    "https://0x7f000001/x",
    "https://0x7f.0x0.0x0.0x1/x",
    "https://0177.0.0.01/x",
    "https://127.1/x",
    "https://127.0.1/x",
    "https://0/x",
    "https://[::1]/x",
    "https://[::ffff:127.0.0.1]/x",
    "https://[::ffff:7f00:1]/x",
    "https://[fe80::1%25eth0]/x",
    "https://[fd00:ec2::254]/latest/meta-data/",
    "https://169.254.169.254/latest/meta-data/",
    "https://2852039166/latest/meta-data/",
    "https://localhost/x",
    "https://localhost./x",
    "https://api.tax.example./x",
    "https://API.TAX.EXAMPLE/x",
    "https://api.tax.example@127.0.0.1/x",
    "https://127.0.0.1@api.tax.example/x",
    "https://user:secret@api.tax.example/x",
    "https://api.tax.example:443@127.0.0.1/x",
    "https://api.tax.example#@127.0.0.1/x",
    "https://127.0.0.1#api.tax.example/x",
    "https://api.tax.example\\@127.0.0.1/x",
    "https:\\\\127.0.0.1\\x",
    "https:/127.0.0.1/x",
    "https:127.0.0.1/x",
    "//127.0.0.1/x",
    "https://api.tax.example.evil.example/x",
    "https://evilapi.tax.example/x",
    "https://evil.example/api.tax.example/x",
    "https://１２７.0.0.1/x",
    "https://①②⑦.0.0.1/x",
    "https://api。tax。example/x",
    "https://api.tаx.example/x",
    "https://xn--api-tx-8ve.example/x",
    "https://api.tax.example:22/x",
    "https://api.tax.example:0443/x",
    "https://api.tax.example:/x",
    "https://api.tax.example:99999/x",
    "https://api.tax.example/x\r\nHost: 127.0.0.1",
    "https://api.tax.example/x HTTP/1.1",
    "https://api.tax.example\n/x",
    "https://api.tax.example\t/x",
    " https://api.tax.example/x",
    "https://api.tax.example/a/../../b",
    "https://api.tax.example/a/%2e%2e/b",
    "https://api.tax.example/x#y",
    "https://%61pi.tax.example/x",
    "https://api.tax.example",
    "https://",
    "",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "ftp://api.tax.example/x",
    "dict://127.0.0.1:11211/",
    "ldap://127.0.0.1/",
    "jar:https://api.tax.example!/x",
    "data:text/plain,x",
    "unix:/var/run/docker.sock",
    "https://api.tax.example/" + "x" * 2_000,
]
FORBIDDEN = [
    "0.0.0.0",  # noqa: S104  (refused, not bound)
    "10.1.2.3",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.8.8.8",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "203.0.113.9",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::1",
    "100::1",
    "2001::7f00:1",
    "2001:db8::1",
    "2002:7f00:1::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "2606:4700::1%eth0",
    "fec0::1",
    "ff02::1",
    "",
    "127.1",
    "0x7f000001",
]


@pytest.mark.parametrize("url", SPELLINGS)
def test_a_spelling_of_another_address_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        checked_target(url, hosts=HOSTS)


@pytest.mark.parametrize("address", FORBIDDEN)
def test_a_name_that_leads_inside_is_refused(address: str) -> None:
    with pytest.raises(AddressRefused):
        checked_addresses(
            NAME, sandbox=False, resolve=lambda _host, _port: (address,), timeout_seconds=1
        )


@pytest.mark.parametrize("place", [0, 1, 2])
def test_one_inside_address_among_public_ones_refuses_the_name(place: int) -> None:
    addresses = ["223.5.5.5", "119.29.29.29"]
    addresses.insert(place, "10.0.0.8")

    with pytest.raises(AddressRefused):
        checked_addresses(
            NAME, sandbox=False, resolve=lambda _host, _port: addresses, timeout_seconds=1
        )


@pytest.mark.parametrize(
    "url",
    [
        "https://api.tax.example/x",
        "https://api.tax.example:443/a/b?c=d&e=%E4%B8%AD",
        "https://127.0.0.1.nip.example/x",
    ],
)
def test_a_host_of_the_provider_is_reached_by_https(url: str) -> None:
    target = checked_target(url, hosts=HOSTS)

    assert (target.origin.scheme, target.origin.port, target.sandbox) == ("https", 443, False)


@pytest.mark.parametrize(
    "address", ["223.5.5.5", "1.1.1.1", "2400:3200::1", "2606:4700:4700::1111"]
)
def test_a_public_address_is_allowed(address: str) -> None:
    assert is_allowed(address, sandbox=False)


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.1", "2130706433", "::1"])
def test_a_number_is_no_host_even_where_somebody_listed_it(host: str) -> None:
    with pytest.raises(AddressRefused):
        checked_target(f"https://{host}/x", hosts=(host,))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8080/x",
        "http://127.0.0.1/x",
        "https://127.0.0.1:9000/x",
        "http://localhost:9000/x",
        "http://127.0.0.1:9000.evil.example/x",
        "http://127.0.0.1:9000@evil.example/x",
        "http://169.254.169.254/latest",
    ],
)
def test_a_simulated_provider_is_reached_at_the_sandbox_only(url: str) -> None:
    with pytest.raises(AddressRefused):
        checked_target(url, hosts=(), sandbox_base="http://127.0.0.1:9000")


def test_the_sandbox_may_be_this_machine_and_nothing_else_inside() -> None:
    allowed = {text: is_allowed(text, sandbox=True) for text in ("127.0.0.1", "::1", *FORBIDDEN)}

    assert {text for text, passes in allowed.items() if passes} == {"127.0.0.1", "::1"}


def test_a_name_server_that_says_nothing_costs_the_time_that_is_left() -> None:
    def stalled(_host: str, _port: int) -> Sequence[str]:
        time.sleep(1)
        return ["223.5.5.5"]

    started = time.monotonic()
    with pytest.raises(ProviderTimeout):
        checked_addresses(NAME, sandbox=False, resolve=stalled, timeout_seconds=0.05)

    assert time.monotonic() - started < 0.8


def test_an_unknown_name_is_unreachable() -> None:
    def unknown(_host: str, _port: int) -> Sequence[str]:
        raise OSError("name or service not known")

    with pytest.raises(ProviderUnreachable) as failure:
        checked_addresses(NAME, sandbox=False, resolve=unknown, timeout_seconds=1)

    assert (failure.value.rule, failure.value.charge) == ("provider.name", "free")
