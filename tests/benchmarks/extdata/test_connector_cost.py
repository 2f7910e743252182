"""What the connector engine itself costs: rows by crypto step, beside one whole JSONata expression.

    python -m pytest tests/benchmarks/extdata/test_connector_cost.py -s

Everything but the network and the provider is timed: question, security, opening, parsing, code,
document. The peer opens and parses the same bytes and maps them with a single JSONata expression
in jsonata-python; that it makes the same rows is checked. Times are CPU times of the thread,
because a neighbour on the same machine doubles the wall clock. Nothing is asserted about time.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from gmssl_pyx import sm2_key_generate
from jsonata import jsonata

from extdata.adapters.crypto_steps import WireMessage, secure
from extdata.adapters.http_transport import HttpAnswer
from extdata.adapters.provider_calls import HttpProviderCalls
from extdata.domain.security_spec import SecurityStep
from tests.support.extdata import a_specification
from tests.support.extdata_connectors import InMemoryProviderKeys, a_request

SIZES = (20, 200, 2_000)
ROUNDS = {20: 400, 200: 300, 2_000: 60}
PEER_ROUNDS = {20: 15, 200: 5, 2_000: 2}
FIELDS = {
    "period": {"from": "skssq", "type": "text"},
    "sales_fen": {"from": "xse", "type": "yuan"},
    "vat_paid_fen": {"from": "zzs", "type": "yuan"},
    "cit_paid_fen": {"from": "qysds", "type": "yuan"},
    "tax_total_fen": {"from": "hj", "type": "yuan", "optional": True},
    "due_on": {"from": "qx", "type": "date", "format": "%Y%m%d"},
    "filed_on": {"from": "sbrq", "type": "date", "format": "%Y%m%d", "optional": True},
    "tax": {"from": "sz", "type": "code", "map": {"01": "vat", "02": "cit"}},
}
PEER = """data.list.{
  "period": skssq, "sales_fen": $round($number(xse) * 100),
  "vat_paid_fen": $round($number(zzs) * 100), "cit_paid_fen": $round($number(qysds) * 100),
  "tax_total_fen": hj = "" ? null : $round($number(hj) * 100),
  "due_on": $substring(qx, 0, 4) & "-" & $substring(qx, 4, 2) & "-" & $substring(qx, 6),
  "filed_on": sbrq = "" ? null
    : $substring(sbrq, 0, 4) & "-" & $substring(sbrq, 4, 2) & "-" & $substring(sbrq, 6),
  "tax": sz = "01" ? "vat" : "cit"
}"""
STEPS: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "none": (),
    "hmac-sha256": (("sign", "hmac-sha256", "mac"),),
    "sm3-hmac": (("sign", "sm3-hmac", "mac"),),
    "rsa-sha256": (("sign", "rsa-sha256", "rsa"),),
    "sm2": (("sign", "sm2", "sm2"),),
    "aes-256-gcm": (("encrypt", "aes-256-gcm", "aes"),),
    "sm4-cbc": (("encrypt", "sm4-cbc", "sm4"),),
    "sm4-gcm": (("encrypt", "sm4-gcm", "sm4"),),
    "rsa-oaep-aes-gcm": (("encrypt", "rsa-oaep-aes-gcm", "rsa"),),
    "sm2-sm4-gcm": (("encrypt", "sm2-sm4-gcm", "sm2"),),
}
OVER = ["timestamp", "body"]


def _keys() -> tuple[InMemoryProviderKeys, InMemoryProviderKeys]:
    """Ours, and the provider's: each side holds its private and the other's public half."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = serialization.Encoding.PEM
    inner = private.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    outer = private.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo)
    point, number = sm2_key_generate()
    same = {"mac": b"m" * 32, "aes": b"a" * 32, "sm4": b"s" * 16}
    both = {"rsa_private": inner, "rsa_public": outer, "sm2_private": number, "sm2_public": point}
    return InMemoryProviderKeys(**same, **both), InMemoryProviderKeys(**same, **both)


def _named(step: str, key: str) -> str:
    """`rsa` becomes the half that this step needs."""
    if key not in ("rsa", "sm2"):
        return key
    private = step in ("sign", "decrypt")
    return f"{key}_{'private' if private else 'public'}"


def an_answer(rows: int) -> bytes:
    """An answer of the shape that a tax service gives."""
    listed = [
        {
            "skssq": f"{2000 + n % 26}-{n % 12 + 1:02}",
            "xse": f"{n * 7919 % 900_000}.{n % 100:02}",
            "zzs": f"{n * 31 % 9_000}.50",
            "qysds": "0.00",
            "hj": "" if n % 5 == 0 else f"{n}.00",
            "qx": f"2026{n % 12 + 1:02}{n % 28 + 1:02}",
            "sbrq": f"2026{n % 12 + 1:02}{n % 27 + 1:02}",
            "sz": "01" if n % 2 else "02",
        }
        for n in range(rows)
    ]
    data = {"begin": "20000101", "end": "20261231", "total": rows, "list": listed}
    return json.dumps({"code": "0000", "data": data}, ensure_ascii=False).encode()


def a_secured_specification(name: str) -> dict[str, Any]:
    """Both ways with the same algorithm."""
    made = deepcopy(a_specification())
    made["response"]["document"]["tables"]["returns"]["fields"] = FIELDS
    request, response = [], []
    for step, algorithm, key in STEPS[name]:
        back = "verify" if step == "sign" else "decrypt"
        out: dict[str, Any] = {"step": step, "algorithm": algorithm, "key": _named(step, key)}
        in_: dict[str, Any] = {"step": back, "algorithm": algorithm, "key": _named(back, key)}
        if step == "sign":
            out |= {"over": OVER, "into": "X-Signature"}
            in_ |= {"over": OVER, "from": "X-Signature"}
        request.append(out)
        response.append(in_)
    return made | {"security": {"request": request, "response": response}}


class SilentProvider:
    """A transport that answers at once with what was made before; its own time is counted."""

    def __init__(self, name: str, body: bytes, keys: InMemoryProviderKeys) -> None:
        steps = [
            SecurityStep(
                step=step,  # type: ignore[arg-type]
                algorithm=algorithm,
                key=_named(step, key),
                over=tuple(OVER),
                header="X-Signature",
            )
            for step, algorithm, key in STEPS[name]
        ]
        message = WireMessage(method="POST", path="/tax/v1/returns", body=body)
        made = secure(
            steps, message, lambda key: keys.versions("", "", key), timestamp_ms=1, nonce=""
        )
        self.answer = HttpAnswer(
            status=200, headers=dict(made.headers), wire=made.body, body=made.body
        )

    def send(self, *_: Any, **__: Any) -> HttpAnswer:
        return self.answer


def timed_ms(run: Callable[[], object], rounds: int) -> list[float]:
    """CPU times of this thread in milliseconds, sorted."""
    run()
    times = []
    for _ in range(rounds):
        started = time.thread_time_ns()
        run()
        times.append((time.thread_time_ns() - started) / 1e6)
    return sorted(times)


@contextmanager
def printing(capsys: pytest.CaptureFixture[str]) -> Iterator[None]:
    with capsys.disabled():
        yield


@pytest.mark.full
def test_what_the_engine_costs_by_rows_and_crypto_step(capsys: pytest.CaptureFixture[str]) -> None:
    ours, theirs = _keys()
    lines = [f"{'rows':>5} {'step':18} {'p50 ms':>8} {'p99 ms':>8} {'peer p50':>9} {'ratio':>6}"]
    peer = jsonata.Jsonata(PEER)
    peer.set_validate_input(False)
    for rows in SIZES:
        body = an_answer(rows)
        expected = peer.evaluate(json.loads(body))
        peer_ms = statistics.median(
            timed_ms(lambda body=body: peer.evaluate(json.loads(body)), PEER_ROUNDS[rows])  # type: ignore[misc]
        )
        for name in STEPS:
            provider = SilentProvider(name, body, theirs)
            calls = HttpProviderCalls(
                ours,
                sandbox_base="http://127.0.0.1:1",
                transport=provider,  # type: ignore[arg-type]
            )
            request = a_request(a_secured_specification(name), budget_ms=60_000)
            document = calls.call(request).document or {}
            assert document["returns"] == [dict(row) for row in expected]
            times = timed_ms(lambda c=calls, r=request: c.call(r), ROUNDS[rows])  # type: ignore[misc]
            p50, p99 = statistics.median(times), times[int(len(times) * 0.99)]
            lines.append(
                f"{rows:>5} {name:18} {p50:8.2f} {p99:8.2f} {peer_ms:9.1f} {peer_ms / p50:6.1f}"
            )
    with printing(capsys):
        sys.stdout.write("\n" + "\n".join(lines) + "\n")
