"""The sandbox's authority in Secrets Manager: made once, by whoever comes first."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from puhui.aws import error_code
from puhui.clock import Clock
from puhui.errors import UpstreamUnavailable
from sandbox.adapters.x509_issuer import make_authority
from sandbox.ca_ports import Authority

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

_MISSING: Final = "ResourceNotFoundException"
_EXISTS: Final = "ResourceExistsException"


class SecretAuthority:
    """`sandbox.ca_ports.Authorities`: creating a secret that exists fails, so one race is won."""

    def __init__(self, client: SecretsManagerClient, name: str, clock: Clock) -> None:
        self._client = client
        self._name = name
        self._clock = clock
        self._known: Authority | None = None

    def the_one(self) -> Authority:
        """Read it, or make it and read what the winner made."""
        if self._known is None:
            self._known = self._read() or self._create()
        return self._known

    def _create(self) -> Authority:
        try:
            self._client.create_secret(
                Name=self._name,
                Description="沙箱证书机构 certificate authority of the sandbox",
                SecretString=json.dumps(asdict(make_authority(self._clock.now()))),
            )
        except ClientError as error:
            if error_code(error) != _EXISTS:
                raise UpstreamUnavailable("the authority cannot be kept") from error
        except BotoCoreError as error:
            raise UpstreamUnavailable("the secret store does not answer") from error
        kept = self._read()
        if kept is None:
            raise UpstreamUnavailable("the authority cannot be read back")
        return kept

    def _read(self) -> Authority | None:
        try:
            text = self._client.get_secret_value(SecretId=self._name)["SecretString"]
        except ClientError as error:
            if error_code(error) == _MISSING:
                return None
            raise UpstreamUnavailable("the authority cannot be read") from error
        except BotoCoreError as error:
            raise UpstreamUnavailable("the secret store does not answer") from error
        return Authority(**json.loads(text))
