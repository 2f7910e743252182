"""A provider that is dead, slow or talks garbage, over real sockets."""

from __future__ import annotations

import gzip
import json
import socket
import time
from collections.abc import Callable
from typing import Any

import pytest

from extdata.adapters.provider_calls import HttpProviderCalls
from extdata.domain.errors import (
    ProviderAnswerUnreadable,
    ProviderFailure,
    ProviderRefused,
    ProviderTimeout,
    ProviderUnreachable,
)
from tests.support.extdata_connectors import (
    HIT,
    InMemoryProviderKeys,
    Reply,
    StubProvider,
    a_request,
    a_small_specification,
    answering,
    calls_to,
)

OK_HEAD = b"HTTP/1.1 200 OK\r\n"
SECONDS = 1.0
GZIP = {"Content-Encoding": "gzip"}
LISTED = {"code": "0000", "data": {"begin": "20260101", "end": "20260731", "list": "none"}}


def dripping(connection: socket.socket, _request: bytes) -> None:
    """One byte every 50 ms, for a minute."""
    for byte in OK_HEAD + b"Content-Length: 1000\r\n\r\n" + b"x" * 1_000:
        connection.sendall(bytes([byte]))
        time.sleep(0.05)


def stalling(_connection: socket.socket, _request: bytes) -> None:
    time.sleep(60)


def dripping_body(connection: socket.socket, _request: bytes) -> None:
    connection.sendall(OK_HEAD + b"Content-Length: 1000\r\n\r\n")
    for _ in range(1_000):
        connection.sendall(b"x")
        time.sleep(0.05)


def endless(connection: socket.socket, _request: bytes) -> None:
    connection.sendall(OK_HEAD + b"Content-Length: 52428800\r\n\r\n")
    for _ in range(800):
        connection.sendall(b"x" * 65_536)


def endless_headers(connection: socket.socket, _request: bytes) -> None:
    connection.sendall(OK_HEAD)
    for number in range(100_000):
        connection.sendall(f"X-{number}: {'y' * 1_000}\r\n".encode())


def breaking_off(connection: socket.socket, _request: bytes) -> None:
    connection.sendall(OK_HEAD + b"Content-Length: 1000\r\n\r\n" + b'{"code": "00')
    connection.shutdown(socket.SHUT_RDWR)


def hanging_up(connection: socket.socket, _request: bytes) -> None:
    connection.shutdown(socket.SHUT_RDWR)


def failure_of(reply: Reply, *, budget_ms: int = 2_000, **request: Any) -> ProviderFailure:
    asked = a_request(a_small_specification(**request), budget_ms=budget_ms)
    with StubProvider([reply]) as stub:
        calls = calls_to(stub)
        with pytest.raises(ProviderFailure) as failed:
            calls.call(asked)
    return failed.value


def test_a_provider_that_is_down_is_unreachable_and_free() -> None:
    with StubProvider([stalling]) as stub:
        url = stub.url
    calls = HttpProviderCalls(InMemoryProviderKeys(), sandbox_base=url)

    with pytest.raises(ProviderUnreachable) as failed:
        calls.call(a_request(a_small_specification(tries=2)))

    assert (failed.value.rule, failed.value.charge, failed.value.tries) == (
        "provider.connect",
        "free",
        2,
    )


def test_broken_tls_is_unreachable_and_free() -> None:
    with StubProvider([answering(HIT)], greeting=b"220 mail ready\r\n") as stub:
        base = stub.url.replace("http:", "https:")
        calls = HttpProviderCalls(InMemoryProviderKeys(), sandbox_base=base)

        with pytest.raises(ProviderUnreachable) as failed:
            calls.call(a_request())

    assert (failed.value.rule, failed.value.charge) == ("provider.tls", "free")


@pytest.mark.parametrize("reply", [dripping, dripping_body, stalling])
def test_the_budget_ends_every_kind_of_slowness(reply: Reply) -> None:
    started = time.monotonic()

    failure = failure_of(reply, budget_ms=500, try_timeout_ms=20_000, tries=5)

    assert (type(failure), failure.rule, failure.charge) == (
        ProviderTimeout,
        "provider.timeout",
        "uncertain",
    )
    assert time.monotonic() - started < 0.5 + SECONDS


def test_one_try_does_not_use_up_the_whole_budget() -> None:
    with StubProvider([stalling, answering(HIT)]) as stub:
        specification = a_small_specification(try_timeout_ms=200, tries=2)

        answer = calls_to(stub).call(a_request(specification, budget_ms=5_000))

    assert (answer.meaning, answer.tries, answer.provider_ms >= 200) == ("hit", 2, True)


@pytest.mark.parametrize(
    ("reply", "rule"),
    [
        (answering(b"<html><body>maintenance</body></html>"), "provider.html"),
        (answering(b'{"code": "0000", "data": {"list": [{"sk'), "provider.format"),
        (answering({"kode": "0000"}), "provider.mapping"),
        (answering({"code": "4711", "data": {}} | {"code": ["0000"]}), "provider.mapping"),
        (answering(LISTED), "provider.mapping"),
        (answering(b'{"code": "0000", "code": "0001"}'), "provider.duplicate_key"),
        (answering(b'{"code": "0000", "data": NaN}'), "provider.number"),
        (answering('{"code": "0000", "name": "北方"}'.encode("gbk")), "provider.encoding"),
        (answering(b"[" * 50_000), "provider.depth"),
        (answering(gzip.compress(b"0" * 5_000_000), headers=GZIP), "provider.gzip_ratio"),
        (answering(gzip.compress(b"0" * 5_000_000) * 2, headers=GZIP), "provider.gzip_ratio"),
        (answering(gzip.compress(b"{}")[:-3], headers=GZIP), "provider.content_encoding"),
        (answering(gzip.compress(b"{}") + b"more", headers=GZIP), "provider.content_encoding"),
        (answering(b"{}", headers=GZIP), "provider.content_encoding"),
        (answering(b"{}", headers={"Content-Encoding": "br"}), "provider.content_encoding"),
        (endless, "provider.size"),
        (breaking_off, "provider.http"),
        (lambda c, _: c.sendall(b"SSH-2.0-OpenSSH\r\n\r\n"), "provider.http"),
        (endless_headers, "provider.http"),
        (
            answering(b"", status="302 Found", headers={"Location": "http://169.254.169.254/"}),
            "provider.redirect",
        ),
    ],
)
def test_garbage_is_unreadable_and_not_asked_for_again(reply: Reply, rule: str) -> None:
    failure = failure_of(reply, tries=3)

    assert (type(failure), failure.rule, failure.tries) == (ProviderAnswerUnreadable, rule, 1)


def test_garbage_that_was_a_hit_is_billed_once_and_kept() -> None:
    failure = failure_of(answering(LISTED))

    assert (failure.charge, [json.loads(page.opened) for page in failure.pages]) == (
        "charged",
        [LISTED],
    )


def test_a_connection_that_breaks_after_the_question_may_be_billed() -> None:
    failure = failure_of(hanging_up)

    assert (failure.rule, failure.charge) == ("provider.reset", "uncertain")


def test_an_idle_connection_that_the_provider_closed_is_asked_again_under_the_same_number() -> None:
    asked = a_request(a_small_specification(tries=2), budget_ms=2_000)
    with StubProvider([hanging_up, answering(HIT)]) as stub:
        answer = calls_to(stub).call(asked)
        numbers = {
            line
            for one in stub.requests
            for line in one.split(b"\r\n")
            if line.lower().startswith(b"x-request-no")
        }

    assert (answer.meaning, answer.tries, len(numbers)) == ("hit", 2, 1)


@pytest.mark.parametrize(
    ("reply", "rule", "charge", "tries"),
    [
        (answering({"code": "8001"}), "provider.busy", "free", 3),
        (answering({"code": "9999"}), "provider.error_code", "free", 1),
        (answering(b"oops", status="500 Oops"), "provider.status", "uncertain", 1),
        (answering(b"later", status="503 Busy"), "provider.status", "uncertain", 3),
        (answering({"code": "9999"}, status="400 No"), "provider.error_code", "free", 1),
    ],
)
def test_an_error_of_the_providers_own_is_named(
    reply: Reply, rule: str, charge: str, tries: int
) -> None:
    failure = failure_of(reply, tries=3)

    assert (type(failure), failure.rule, failure.charge, failure.tries) == (
        ProviderRefused,
        rule,
        charge,
        tries,
    )


@pytest.mark.parametrize("secret", ["91340100MA2N000008", "北方示例"])
@pytest.mark.parametrize("make", [lambda s: s.encode(), lambda s: f'{{"{s}": NaN}}'.encode()])
def test_a_failure_never_quotes_the_answer(secret: str, make: Callable[[str], bytes]) -> None:
    failure: BaseException | None = failure_of(answering(make(secret)))

    while failure is not None:
        assert secret not in str(failure)
        failure = failure.__cause__
