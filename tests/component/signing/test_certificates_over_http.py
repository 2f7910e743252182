"""Certificates come over signed HTTP; what is not as ordered, or not trusted, is not used."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3
import httpx
import pytest
from cryptography import x509

from puhui.clock import FixedClock, SystemClock
from puhui.contracts.certificates import CertificateIssued
from puhui.dynamodb import bind_table
from puhui.errors import UpstreamUnavailable
from puhui.http_signing import HmacSigner
from sandbox.adapters.secret_authority import SecretAuthority
from sandbox.adapters.x509_issuer import make_authority
from signing.adapters.dynamo_roots import FIRST_USE, DynamoRoots
from signing.adapters.event_certificates import CertifiedOnce, fresh_key
from signing.adapters.http_certificate_authority import HttpCertificateAuthority, scene_of
from signing.adapters.rows import ROWS
from signing.adapters.secret_bank_seals import SecretBankSeals
from signing.domain.certificate import (
    CertificateOrder,
    CertificateSubject,
    seal_certificate,
)
from signing.domain.errors import CertificateRefused, KeyDestroyed
from tests.support.signing import BANK_NAME, NORTH
from tests.support.signing_world import (
    AUTHORITY,
    SEALS,
    SECRET_TEXT,
    TABLE,
    World,
    restart,
)

ORDER = CertificateOrder(
    kind="event",
    subject=CertificateSubject(
        common_name="测试人", organisation="合成测试商贸有限公司", serial_number="ab" * 32
    ),
    scene_digest="cd" * 32,
)


def an_authority(
    world: World,
    *,
    root: str = FIRST_USE,
    secret: str = SECRET_TEXT,
    change: Callable[[dict[str, Any]], None] | None = None,
) -> HttpCertificateAuthority:
    """A client of the sandbox's authority; `change` tampers with answers on their way."""
    bind_table(TABLE, *ROWS)
    clock = SystemClock()
    return HttpCertificateAuthority(
        world.authority.url,
        HmacSigner(secret.encode(), clock),
        DynamoRoots(root, clock),
        None if change is None else httpx.Client(transport=Tampering(change)),
    )


class Tampering(httpx.BaseTransport):
    """Passes requests on and changes the answers of the certificate route."""

    def __init__(self, change: Callable[[dict[str, Any]], None]) -> None:
        self._change = change
        self._inner = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._inner.handle_request(request)
        response.read()
        if not request.url.path.endswith("/certificates"):
            return response
        body = response.json()
        self._change(body)
        return httpx.Response(response.status_code, json=body)


def test_an_event_certificate_is_as_ordered_and_its_key_dies_with_the_block(world: World) -> None:
    with CertifiedOnce(an_authority(world)).issue(ORDER) as identity:
        certificate = x509.load_der_x509_certificate(identity.certificate_der)
        assert identity.key_der

    assert scene_of(certificate) == ORDER.scene_digest
    with pytest.raises(KeyDestroyed):
        _ = identity.key_der


def test_a_key_dies_even_when_its_block_fails(world: World) -> None:
    with (
        pytest.raises(ZeroDivisionError),
        CertifiedOnce(an_authority(world)).issue(ORDER) as identity,
    ):
        _ = 1 / 0

    with pytest.raises(KeyDestroyed):
        _ = identity.key_der


def test_a_caller_without_the_shared_secret_gets_no_certificate(world: World) -> None:
    authority = an_authority(world, secret="another-secret-of-more-than-32-characters")

    with pytest.raises(UpstreamUnavailable, match="401"):
        authority.certify(ORDER, fresh_key())


def another(world: World, order: CertificateOrder) -> str:
    """A certificate of the same authority for another order and another key."""
    secrets = boto3.client("secretsmanager")
    authority = SecretAuthority(secrets, AUTHORITY, SystemClock())
    from sandbox.adapters.x509_issuer import X509Issuer
    from sandbox.domain.certificates import Subject, issuance
    from tests.support.signing_certificates import a_signing_request

    subject = Subject(
        common_name=order.subject.common_name,
        organisation=order.subject.organisation,
        serial_number=order.subject.serial_number,
    )
    decided = issuance(order.kind, subject, order.scene_digest, SystemClock().now())
    return X509Issuer().issue(authority.the_one(), a_signing_request(fresh_key()), decided)


def test_a_certificate_for_another_key_is_refused(world: World) -> None:
    authority = an_authority(
        world, change=lambda body: body.update(certificate_pem=another(world, ORDER))
    )

    with pytest.raises(CertificateRefused) as refused:
        authority.certify(ORDER, fresh_key())

    assert refused.value.rule == "ca.key"


@pytest.mark.parametrize(
    ("ordered", "rule"),
    [
        (CertificateOrder(kind="event", subject=ORDER.subject, scene_digest="ef" * 32), "ca.scene"),
        (
            CertificateOrder(
                kind="event",
                subject=CertificateSubject(common_name="别人", serial_number="ab" * 32),
                scene_digest=ORDER.scene_digest,
            ),
            "ca.subject",
        ),
    ],
)
def test_a_certificate_for_somebody_or_something_else_is_refused(
    world: World, ordered: CertificateOrder, rule: str
) -> None:
    key = fresh_key()
    honest = an_authority(world).certify(ordered, key)
    pem = x509.load_der_x509_certificate(honest.certificate_der)
    from cryptography.hazmat.primitives.serialization import Encoding

    swapped = pem.public_bytes(Encoding.PEM).decode()
    authority = an_authority(world, change=lambda body: body.update(certificate_pem=swapped))

    with pytest.raises(CertificateRefused) as refused:
        authority.certify(ORDER, key)

    assert refused.value.rule == rule


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda body: body.update(certificate_pem="-" * 80), "ca.format"),
        (lambda body: body.update(extra=1), "ca.schema"),
        (lambda body: body.update(chain_pem=body["certificate_pem"]), "ca.chain"),
        (lambda body: body.update(chain_pem="x" * 70_000), "ca.size"),
    ],
)
def test_an_answer_outside_the_protocol_is_refused(
    world: World, change: Callable[[dict[str, Any]], None], rule: str
) -> None:
    with pytest.raises(CertificateRefused) as refused:
        an_authority(world, change=change).certify(ORDER, fresh_key())

    assert refused.value.rule == rule


def test_the_first_root_is_pinned_for_ever(world: World) -> None:
    an_authority(world).certify(ORDER, fresh_key())
    boto3.client("secretsmanager").delete_secret(
        SecretId=AUTHORITY, ForceDeleteWithoutRecovery=True
    )
    restart()  # the sandbox makes itself a new authority with the same names

    with pytest.raises(CertificateRefused) as refused:
        an_authority(world).certify(ORDER, fresh_key())

    assert refused.value.rule in ("ca.root", "ca.chain")


def test_a_configured_root_is_the_only_one(world: World) -> None:
    with pytest.raises(CertificateRefused) as refused:
        an_authority(world, root="0" * 64).certify(ORDER, fresh_key())

    assert refused.value.rule == "ca.root"


@pytest.mark.parametrize("status", [301, 404, 500, 503])
def test_an_authority_that_does_not_answer_properly_is_unavailable(
    world: World, status: int
) -> None:
    world.authority.failures = [status]

    with pytest.raises(UpstreamUnavailable):
        an_authority(world).certify(ORDER, fresh_key())


def test_an_authority_that_is_gone_is_unavailable(world: World) -> None:
    authority = HttpCertificateAuthority(
        "http://127.0.0.1:9",
        HmacSigner(SECRET_TEXT.encode(), SystemClock()),
        DynamoRoots(FIRST_USE, SystemClock()),
    )

    with pytest.raises(UpstreamUnavailable):
        authority.certify(ORDER, fresh_key())


# ── the bank's seal ─────────────────────────────────────────────────────────────────────────


def seals(world: World, clock: Any = None) -> SecretBankSeals:
    return SecretBankSeals(
        boto3.client("secretsmanager"),
        SEALS,
        world.data_key,
        an_authority(world),
        clock or SystemClock(),
    )


def test_every_function_has_the_same_seal(world: World) -> None:
    first, second = (seals(world).of(NORTH, BANK_NAME) for _ in range(2))

    assert first.key_der == second.key_der
    assert first.certificate_der == second.certificate_der


def test_two_functions_that_make_the_seal_at_once_agree(world: World) -> None:
    slow, fast = seals(world), seals(world)
    won: list[bytes] = []
    made = slow._made

    def made_while_the_other_wins(bank_name: str) -> Any:
        won.append(fast.of(NORTH, BANK_NAME).key_der)
        return made(bank_name)

    slow._made = made_while_the_other_wins  # type: ignore[method-assign]

    assert slow.of(NORTH, BANK_NAME).key_der == won[0]


def test_a_seal_is_renewed_a_month_before_it_expires(world: World) -> None:
    first = seals(world).of(NORTH, BANK_NAME)
    certificate = x509.load_der_x509_certificate(first.certificate_der)
    soon = FixedClock(certificate.not_valid_after_utc - timedelta(days=29))

    renewed = seals(world, soon).of(NORTH, BANK_NAME)

    assert renewed.certificate_der != first.certificate_der
    assert seals(world).of(NORTH, BANK_NAME).certificate_der == renewed.certificate_der


def test_the_seal_names_the_bank(world: World) -> None:
    certificate = x509.load_der_x509_certificate(seals(world).of(NORTH, BANK_NAME).certificate_der)
    names = {a.rfc4514_attribute_name: a.value for a in certificate.subject}

    assert names["O"] == BANK_NAME
    assert names["CN"] == seal_certificate(BANK_NAME).subject.common_name


def test_the_authority_is_made_once(world: World) -> None:
    secrets = boto3.client("secretsmanager")
    first = SecretAuthority(secrets, "new-authority", SystemClock()).the_one()

    assert SecretAuthority(secrets, "new-authority", SystemClock()).the_one() == first
    assert first != make_authority(SystemClock().now())


def test_the_protocol_models_have_the_size_of_real_certificates(world: World) -> None:
    identity = an_authority(world).certify(ORDER, fresh_key())

    assert (
        len(identity.certificate_der) * 4 // 3
        < (CertificateIssued.model_json_schema()["properties"]["certificate_pem"]["maxLength"])
    )
