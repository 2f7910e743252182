"""A callback is taken once it is signed, young and ours; then it reads like an answer."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from extdata.adapters.provider_calls import HttpProviderCalls
from extdata.adapters.signatures import SIGNERS
from extdata.domain.errors import (
    CallbackRefused,
)
from tests.support.extdata import NOON, a_connector, a_provider
from tests.support.extdata_connectors import (
    HIT,
    TODAY,
    InMemoryProviderKeys,
    later,
)

HMAC = b"h" * 32
PATH = "/extdata/callbacks/north/sbx-tax-returns"


def delivered(
    *,
    body: bytes | None = None,
    age: timedelta = timedelta(),
    path: str = PATH,
    keys: Any = None,
    **headers: str,
) -> Any:
    """A callback, signed over what is sent, opened at NOON; `headers` are changed afterwards."""
    sent = json.dumps(HIT | {"jobNo": "J1"}).encode()
    stamp, nonce = str(int((NOON - age).timestamp() * 1_000)), "a" * 32
    text = b"\n".join([PATH.encode(), stamp.encode(), nonce.encode(), sent])
    made = {
        "X-Timestamp": stamp,
        "X-Nonce": nonce,
        "X-Signature": SIGNERS["hmac-sha256"].sign(HMAC, text).hex(),
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    known = keys or InMemoryProviderKeys(mac=HMAC)
    calls = HttpProviderCalls(known, sandbox_base=None)
    connector = a_connector(specification=later("callback"))
    return calls.open_callback(
        a_provider(), connector, headers=made, path=path, body=body or sent, now=NOON
    )


def test_a_callback_names_its_job_and_its_nonce() -> None:
    callback = delivered()

    assert (callback.job_id, callback.nonce) == ("J1", "a" * 32)


def test_a_callback_under_a_key_put_a_moment_ago_is_taken() -> None:
    class Rotated(InMemoryProviderKeys):
        """Remembers the key before the rotation until it is asked to look again."""

        def versions(self, *place: str) -> Any:
            return InMemoryProviderKeys(mac=b"o" * 32).versions(*place)

        def refresh(self, *place: str) -> Any:
            return InMemoryProviderKeys(mac=[HMAC, b"o" * 32]).versions(*place)

    assert delivered(keys=Rotated()).job_id == "J1"


def test_a_callback_is_read_like_an_answer() -> None:
    connector = a_connector(specification=later("callback"))

    answer = HttpProviderCalls(InMemoryProviderKeys(), sandbox_base=None).read(
        connector, [delivered().page], asked_on=TODAY
    )

    assert (answer.meaning, (answer.document or {})["row_count"]) == ("hit", 2)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"body": b'{"jobNo": "J2"}'}, "callback.signature"),
        ({"path": PATH + "x"}, "callback.signature"),
        ({"X_Signature": ""}, "callback.signature"),
        ({"X_Signature": "00" * 32}, "callback.signature"),
        ({"X_Nonce": "b" * 32}, "callback.signature"),
        ({"X_Nonce": ""}, "callback.nonce"),
        ({"X_Nonce": "a b"}, "callback.nonce"),
        ({"X_Timestamp": ""}, "callback.timestamp"),
        ({"X_Timestamp": "soon"}, "callback.timestamp"),
        ({"age": timedelta(minutes=6)}, "callback.window"),
        ({"age": -timedelta(minutes=6)}, "callback.window"),
        ({"body": b"x" * 3_000_000}, "callback.size"),
    ],
)
def test_a_forged_or_old_callback_is_refused(changes: dict[str, Any], rule: str) -> None:
    with pytest.raises(CallbackRefused) as refused:
        delivered(**changes)

    assert refused.value.rule == rule
