"""Composition root of signing: settings → adapters → use cases, each built on first use.

Every part is made when a function first asks for it, so that the API never loads a typesetter and
no function needs the environment of another.
"""

from __future__ import annotations

from functools import cache, cached_property

from puhui.aws import client
from puhui.clock import Clock, ConfiguredBusinessCalendar, SystemClock
from puhui.dynamodb import FieldCipher, bind_table
from puhui.http_signing import HmacSigner
from puhui.inbox import DynamoInbox, Inbox
from puhui.sealed_parties import SealedParties
from puhui.sealing import Sealer
from signing.adapters.dynamo_contracts import DynamoContracts
from signing.adapters.dynamo_roots import DynamoRoots
from signing.adapters.event_certificates import CertifiedOnce
from signing.adapters.http_certificate_authority import HttpCertificateAuthority
from signing.adapters.pyhanko_signer import PyHankoSigner
from signing.adapters.pyhanko_validator import PyHankoValidator
from signing.adapters.rows import ROWS, SigningInboxRow
from signing.adapters.s3_documents import S3Downloads, S3Drafts, S3Vault
from signing.adapters.secret_bank_seals import SecretBankSeals
from signing.adapters.step_functions_workflow import StepFunctionsWorkflow
from signing.adapters.typst_documents import TypstDocuments
from signing.ports import Contracts
from signing.settings import (
    AuthoritySettings,
    CertificationSettings,
    PreparationSettings,
    SigningSettings,
)
from signing.usecases.deliver_outcome import DeliverOutcome
from signing.usecases.prepare_contract import PrepareContract
from signing.usecases.read_document import ReadDocument
from signing.usecases.refuse_contract import RefuseContract
from signing.usecases.request_signature import RequestSignature
from signing.usecases.sign_contract import SignContract
from signing.usecases.verify_contract import VerifyContract
from signing.usecases.void_contract import VoidContract


class Wiring:
    """Everything that signing's handlers and API call."""

    def __init__(self) -> None:
        self._settings = SigningSettings.from_env()
        self._clock: Clock = SystemClock()
        bind_table(self._settings.table_name, *ROWS)

    @cached_property
    def contracts(self) -> Contracts:
        """The contracts."""
        cipher = FieldCipher(client("kms"), self._settings.data_key_arn)
        return DynamoContracts(cipher, self._clock)

    @cached_property
    def inbox(self) -> Inbox:
        """The events that were acted on."""
        return DynamoInbox(SigningInboxRow, self._clock)

    @cached_property
    def prepare_contract(self) -> PrepareContract:
        """合同制作."""
        settings = PreparationSettings.from_env()
        return PrepareContract(
            contracts=self.contracts,
            parties=SealedParties(Sealer(client("kms"), settings.exchange_key_arn)),
            typesetter=TypstDocuments(settings.font_dir),
            drafts=self._drafts,
            clock=self._clock,
            calendar=ConfiguredBusinessCalendar(settings.business_date, self._clock),
        )

    @cached_property
    def request_signature(self) -> RequestSignature:
        """签署."""
        return RequestSignature(self.contracts, self._clock)

    @cached_property
    def refuse_contract(self) -> RefuseContract:
        """拒签."""
        return RefuseContract(self.contracts, self._clock)

    @cached_property
    def read_document(self) -> ReadDocument:
        """合同下载."""
        settings = self._settings
        return ReadDocument(
            S3Downloads(client("s3"), settings.drafts_bucket, settings.contracts_bucket)
        )

    @cached_property
    def sign_contract(self) -> SignContract:
        """电子签名."""
        settings = CertificationSettings.from_env()
        secrets = client("secretsmanager")
        authority = HttpCertificateAuthority(
            settings.ca_url,
            HmacSigner.from_secret(secrets, settings.core_banking_secret_arn, self._clock),
            self._roots,
        )
        return SignContract(
            contracts=self.contracts,
            parties=SealedParties(Sealer(client("kms"), settings.exchange_key_arn)),
            drafts=self._drafts,
            vault=self._vault,
            event_certificates=CertifiedOnce(authority),
            bank_seals=SecretBankSeals(
                secrets,
                settings.seal_secret_prefix,
                self._settings.data_key_arn,
                authority,
                self._clock,
            ),
            signer=PyHankoSigner(),
            validator=self._validator,
        )

    @cached_property
    def verify_contract(self) -> VerifyContract:
        """验签."""
        return VerifyContract(self.contracts, self._vault, self._validator)

    @cached_property
    def deliver_outcome(self) -> DeliverOutcome:
        """签约结果通知."""
        return DeliverOutcome(self.contracts, StepFunctionsWorkflow(client("stepfunctions")))

    @cached_property
    def void_contract(self) -> VoidContract:
        """合同失效."""
        return VoidContract(self.contracts, self._clock)

    @cached_property
    def _drafts(self) -> S3Drafts:
        return S3Drafts(client("s3"), self._settings.drafts_bucket)

    @cached_property
    def _vault(self) -> S3Vault:
        return S3Vault(client("s3"), self._settings.contracts_bucket)

    @cached_property
    def _roots(self) -> DynamoRoots:
        return DynamoRoots(AuthoritySettings.from_env().ca_root_sha256, self._clock)

    @cached_property
    def _validator(self) -> PyHankoValidator:
        return PyHankoValidator(self._roots.pinned)


@cache
def wiring() -> Wiring:
    """One per process."""
    return Wiring()
