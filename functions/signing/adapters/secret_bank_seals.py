"""The banks' seals in Secrets Manager: made once per bank, renewed before they expire."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError
from cryptography import x509

from puhui.aws import error_code
from puhui.clock import Clock
from puhui.errors import UpstreamUnavailable
from puhui.tenancy import BankId
from signing.adapters.event_certificates import fresh_key
from signing.adapters.http_certificate_authority import HttpCertificateAuthority
from signing.domain.certificate import seal_certificate
from signing.ports import SigningIdentity

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

RENEW_BEFORE: Final = timedelta(days=30)
_MISSING: Final = "ResourceNotFoundException"
_EXISTS: Final = "ResourceExistsException"


class SecretBankSeals:
    """`signing.ports.BankSeals`: key and certificate are written together, so never half."""

    def __init__(
        self,
        client: SecretsManagerClient,
        prefix: str,
        key_arn: str,
        authority: HttpCertificateAuthority,
        clock: Clock,
    ) -> None:
        self._client = client
        self._prefix = prefix
        self._key_arn = key_arn
        self._authority = authority
        self._clock = clock

    def of(self, bank_id: BankId, bank_name: str) -> SigningIdentity:
        """The seal that all functions share; a race to make it has one winner."""
        name = f"{self._prefix}/{bank_id}"
        kept = self._read(name)
        if kept is None:
            self._create(name, self._made(bank_name))
            kept = self._read(name)
        if kept is None:
            raise UpstreamUnavailable("the bank's seal cannot be read back")
        if self._expires_soon(kept):
            kept = self._made(bank_name)
            self._replace(name, kept)
        return kept

    def _made(self, bank_name: str) -> SigningIdentity:
        return self._authority.certify(seal_certificate(bank_name), fresh_key())

    def _expires_soon(self, seal: SigningIdentity) -> bool:
        certificate = x509.load_der_x509_certificate(seal.certificate_der)
        return certificate.not_valid_after_utc - self._clock.now() < RENEW_BEFORE

    def _read(self, name: str) -> SigningIdentity | None:
        try:
            return _identity(self._client.get_secret_value(SecretId=name)["SecretString"])
        except ClientError as error:
            if error_code(error) == _MISSING:
                return None
            raise UpstreamUnavailable("the bank's seal cannot be read") from error
        except BotoCoreError as error:
            raise UpstreamUnavailable("the secret store does not answer") from error

    def _create(self, name: str, seal: SigningIdentity) -> None:
        try:
            self._client.create_secret(
                Name=name,
                Description="电子合同专用章 seal of one bank: private key and certificate",
                KmsKeyId=self._key_arn,
                SecretString=_text(seal),
            )
        except ClientError as error:
            if error_code(error) != _EXISTS:
                raise UpstreamUnavailable("the bank's seal cannot be kept") from error
        except BotoCoreError as error:
            raise UpstreamUnavailable("the secret store does not answer") from error

    def _replace(self, name: str, seal: SigningIdentity) -> None:
        try:
            self._client.put_secret_value(SecretId=name, SecretString=_text(seal))
        except (ClientError, BotoCoreError) as error:
            raise UpstreamUnavailable("the bank's seal cannot be renewed") from error


def _text(seal: SigningIdentity) -> str:
    return json.dumps(
        {
            "key": _encoded(seal.key_der),
            "certificate": _encoded(seal.certificate_der),
            "chain": [_encoded(one) for one in seal.chain_der],
        }
    )


def _identity(text: str) -> SigningIdentity:
    kept = json.loads(text)
    return SigningIdentity(
        base64.b64decode(kept["key"]),
        base64.b64decode(kept["certificate"]),
        [base64.b64decode(one) for one in kept["chain"]],
    )


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()
