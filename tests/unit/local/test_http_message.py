"""Reading requests: what arrives is what was sent, and nothing unbounded is read."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.http_message import MessageTooLarge, read_message


def read(raw: bytes, limit: int = 1000) -> object:
    return read_message(io.BytesIO(raw), io.BytesIO(), limit)


@given(st.binary(max_size=500))
def test_a_body_arrives_whole(body: bytes) -> None:
    head = f"POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n".encode()

    message = read_message(io.BytesIO(head + body), io.BytesIO(), 1000)

    assert message is not None
    assert (message.path, message.query, message.body) == ("/a", "b=c", body)


@given(st.lists(st.binary(min_size=1, max_size=50), max_size=6))
def test_chunks_are_joined(chunks: list[bytes]) -> None:
    encoded = b"".join(b"%x;e=1\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    raw = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + encoded + b"0\r\n\r\n"

    message = read_message(io.BytesIO(raw), io.BytesIO(), 1000)

    assert message is not None
    assert message.body == b"".join(chunks)


def test_a_client_that_waits_is_told_to_go_on() -> None:
    answer = io.BytesIO()
    raw = b"PUT / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx"

    read_message(io.BytesIO(raw), answer, 10)

    assert answer.getvalue() == b"HTTP/1.1 100 Continue\r\n\r\n"


@pytest.mark.parametrize(
    "raw",
    [
        b"POST / HTTP/1.1\r\nContent-Length: 1001\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n",
    ],
)
def test_a_body_beyond_the_limit_is_not_read(raw: bytes) -> None:
    with pytest.raises(MessageTooLarge):
        read(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 300 + b"\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
    ],
)
def test_nonsense_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"unpack|too many|invalid"):
        read(raw)


def test_the_end_of_a_connection_is_nothing() -> None:
    assert read(b"") is None
