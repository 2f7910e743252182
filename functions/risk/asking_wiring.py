"""Composition root of what loads numpy besides: asking, proving policies, related parties."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from puhui.aws import client
from puhui.blind_index import BlindIndex
from puhui.clock import ConfiguredBusinessCalendar, SystemClock
from puhui.dynamodb import bind_table
from puhui.sealing import Sealer
from risk.adapters.dynamo_graph import DynamoEdges
from risk.adapters.dynamo_policies import DynamoPolicyVersions
from risk.adapters.model_cards import ModelCards
from risk.adapters.packaged_policies import PackagedPolicies
from risk.adapters.policy_checks import PolicyLinter, ZenProof
from risk.adapters.published_policies import PublishedPolicies
from risk.adapters.rows_graph import GRAPH_ROWS
from risk.adapters.rows_policies import POLICY_ROWS
from risk.adapters.s3_inline_documents import S3InlineDocuments
from risk.adapters.s3_policy_bodies import S3PolicyBodies
from risk.adapters.sealed_subjects import BlindFingerprints, SealedSubjects
from risk.decision_wiring import decide
from risk.domain.indicators.library import LIBRARY_SHA256
from risk.settings import AskingSettings
from risk.usecases.ask_decision import AskDecision
from risk.usecases.check_policy import CheckPolicy
from risk.usecases.examine_policy import ExaminePolicy
from risk.usecases.find_related_parties import FindRelatedParties
from risk.usecases.publish_policy import PublishPolicy


@dataclass(frozen=True, kw_only=True)
class Asking:
    """What the second function of the API does."""

    ask: AskDecision
    check_policy: CheckPolicy
    publish_policy: PublishPolicy
    find_related: FindRelatedParties


@cache
def asking() -> Asking:
    """Build everything once per process."""
    settings = AskingSettings.from_env()
    bind_table(settings.table_name, *POLICY_ROWS, *GRAPH_ROWS)
    clock, s3 = SystemClock(), client("s3")
    index = BlindIndex.from_secret(client("secretsmanager"), settings.blind_index_secret_arn)
    sealer = Sealer(client("kms"), settings.exchange_key_arn)
    calendar = ConfiguredBusinessCalendar(settings.business_date, clock)
    packaged = PackagedPolicies()
    versions = DynamoPolicyVersions(S3PolicyBodies(s3, settings.decisions_bucket))
    examine = ExaminePolicy(
        linter=PolicyLinter(ModelCards(Path(settings.models_folder))),
        proof=ZenProof(),
        clock=clock,
        code_version=settings.code_version,
        library_sha256=LIBRARY_SHA256,
    )
    return Asking(
        ask=AskDecision(
            documents=S3InlineDocuments(s3, settings.documents_bucket),
            seals=SealedSubjects(sealer, BlindFingerprints(index)),
            policies=PublishedPolicies(versions, packaged),
            decide=decide(),
            calendar=calendar,
        ),
        check_policy=CheckPolicy(versions, examine),
        publish_policy=PublishPolicy(versions, packaged, examine, clock, calendar),
        find_related=FindRelatedParties(DynamoEdges()),
    )
