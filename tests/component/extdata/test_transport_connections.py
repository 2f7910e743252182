"""How connections are made: to the checked address, in the name's own name, kept alive, alone."""

from __future__ import annotations

import datetime
import ssl
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from extdata.adapters.address_guard import checked_target
from extdata.adapters.http_transport import HttpTransport
from extdata.adapters.provider_calls import HttpProviderCalls
from extdata.domain.errors import AddressRefused, ProviderUnreachable
from tests.support.extdata import a_provider
from tests.support.extdata_connectors import (
    HIT,
    InMemoryProviderKeys,
    StubProvider,
    a_request,
    a_small_specification,
    answering,
    calls_to,
)

NAME = "sandbox.example"


class Lookups:
    """A name server with one answer after the other."""

    def __init__(self, *answers: str) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, host: str, _port: int) -> Sequence[str]:
        self.asked.append(host)
        return [self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]]


@pytest.fixture(scope="module")
def certificate() -> Iterator[Path]:
    """A certificate for NAME and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "both.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + made.public_bytes(serialization.Encoding.PEM)
        )
        yield path


def serving(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_the_looked_up_address_is_asked_in_the_names_own_name(certificate: Path) -> None:
    lookups = Lookups("127.0.0.1", "169.254.169.254")
    trusting = ssl.create_default_context(cafile=str(certificate))
    transport = HttpTransport(resolve=lookups, tls=trusting)
    with StubProvider([answering(HIT)], tls=serving(certificate)) as stub:
        base = f"https://{NAME}:{stub.port}"
        calls = HttpProviderCalls(InMemoryProviderKeys(), sandbox_base=base, transport=transport)

        answer = calls.call(a_request())

    host = b"host: " + base.removeprefix("https://").encode()
    assert (answer.meaning, lookups.asked, host in stub.requests[0].lower()) == (
        "hit",
        [NAME],
        True,
    )


def test_a_certificate_of_another_name_is_refused(certificate: Path) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate))
    transport = HttpTransport(resolve=Lookups("127.0.0.1"), tls=trusting)
    with StubProvider([answering(HIT)], tls=serving(certificate)) as stub:
        base = f"https://other.example:{stub.port}"
        calls = HttpProviderCalls(InMemoryProviderKeys(), sandbox_base=base, transport=transport)

        with pytest.raises(ProviderUnreachable) as failed:
            calls.call(a_request())

    assert (failed.value.rule, stub.requests) == ("provider.tls", [])


def test_a_name_that_turns_inside_between_two_calls_is_refused() -> None:
    lookups = Lookups("127.0.0.1", "10.0.0.8")
    with StubProvider([answering(HIT, headers={"Connection": "close"})]) as stub:
        base = f"http://{NAME}:{stub.port}"
        calls = HttpProviderCalls(
            InMemoryProviderKeys(), sandbox_base=base, transport=HttpTransport(resolve=lookups)
        )
        calls.call(a_request())

        with pytest.raises(AddressRefused) as failed:
            calls.call(a_request(a_small_specification(tries=3)))

    assert (failed.value.rule, failed.value.charge, failed.value.tries) == (
        "address.private",
        "free",
        1,
    )


def test_a_real_provider_whose_name_leads_to_this_machine_is_not_reached() -> None:
    transport = HttpTransport(resolve=Lookups("127.0.0.1"))
    calls = HttpProviderCalls(InMemoryProviderKeys(), sandbox_base=None, transport=transport)
    specification = a_small_specification(url="https://api.tax.example/x")
    provider = a_provider(sandbox=False, hosts=("api.tax.example",))

    with pytest.raises(AddressRefused):
        calls.call(a_request(specification, provider=provider))


def test_without_a_sandbox_no_simulated_provider_is_reached() -> None:
    calls = HttpProviderCalls(InMemoryProviderKeys(), sandbox_base=None)

    with pytest.raises(AddressRefused) as failed:
        calls.call(a_request())

    assert failed.value.rule == "address.sandbox"


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with StubProvider([answering(HIT)]) as stub:
        answer = calls_to(stub).call(a_request())

    assert answer.meaning == "hit"


def test_a_connection_is_kept_for_the_next_call() -> None:
    with StubProvider([answering(HIT)]) as stub:
        calls = calls_to(stub)
        for _ in range(5):
            calls.call(a_request())

    assert (stub.connections, len(stub.requests)) == (1, 5)


def test_many_threads_each_get_their_own_answer() -> None:
    def echo(connection: object, request: bytes) -> None:
        number = request.partition(b"x-request-no: ")[2].partition(b"\r\n")[0].decode()
        answering({"code": "0001", "no": number})(connection, request)  # type: ignore[arg-type]

    with StubProvider([echo]) as stub:
        calls = calls_to(stub)

        def ask(number: int) -> bool:
            answer = calls.call(a_request(request_no=f"req-{number}"))
            return f'"req-{number}"'.encode() in answer.pages[0].opened

        with ThreadPoolExecutor(16) as pool:
            mine = list(pool.map(ask, range(200)))

    assert all(mine)


def test_a_url_that_was_not_checked_cannot_be_connected_to() -> None:
    target = checked_target("http://127.0.0.1:9/x", hosts=(), sandbox_base="http://127.0.0.1:9")

    with pytest.raises(ProviderUnreachable) as failed:
        HttpTransport().send("GET", target, headers={}, body=b"", timeout_ms=500)

    assert failed.value.rule == "provider.connect"
