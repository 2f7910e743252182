"""Composition root of what decides; the one that is built before the first request comes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Final

from puhui.aws import client
from puhui.clock import SystemClock
from puhui.dynamodb import bind_table
from risk.adapters.artefact_shelf import ArtefactShelf
from risk.adapters.carded_formulas import CardedFormulas
from risk.adapters.dynamo_decisions import DynamoDecisions
from risk.adapters.model_cards import ModelCards
from risk.adapters.onnx_models import OnnxModels
from risk.adapters.packaged_labels import packaged_labels
from risk.adapters.packaged_policies import PackagedParameters, PackagedPolicies
from risk.adapters.rows import ROWS
from risk.adapters.s3_artefacts import S3Artefacts
from risk.adapters.s3_fact_documents import S3FactDocuments
from risk.adapters.s3_records import S3Records
from risk.adapters.zen_tables import ZenTables
from risk.decision_parts import decision_parts
from risk.domain.listing import todays_listing
from risk.domain.policy.plan import warm
from risk.settings import DecidingSettings
from risk.usecases.ask_models import AskModels
from risk.usecases.compute_decision import ComputeDecision
from risk.usecases.decide import Decide
from risk.usecases.read_facts import ReadFacts

MAX_CALLS_AT_ONCE: Final = 12
"""Of objects read or written: one for each fact product; either is waiting for S3."""


@cache
def decide() -> Decide:
    """Build everything once per process, with the models of the published policies loaded."""
    settings = DecidingSettings.from_env()
    bind_table(settings.table_name, *ROWS)
    policies = PackagedPolicies()
    parts = decision_parts(policies)
    cards = ModelCards(Path(settings.models_folder))
    models, formulas = OnnxModels(cards, merged=True), CardedFormulas(cards)
    for policy in policies.policies:
        warm(policy)
    models.load()
    formulas.refused()
    s3 = client("s3")
    at_once = ThreadPoolExecutor(MAX_CALLS_AT_ONCE, "objects").map
    shelf = ArtefactShelf(Path(settings.models_folder))
    return Decide(
        compute=ComputeDecision(
            read_facts=ReadFacts(
                S3FactDocuments(s3, settings.documents_bucket),
                at_once=at_once,
            ),
            models=models,
            ask_models=AskModels(formulas),
            parameters=PackagedParameters(),
            labels=packaged_labels(),
            listing=todays_listing(),
            engine=ZenTables(),
        ),
        policies=parts.policies,
        name_lists=parts.name_lists,
        relations=parts.relations,
        waivers=parts.waivers,
        run_shadow=parts.run_shadow,
        artefacts=S3Artefacts(s3, settings.decisions_bucket, shelf, at_once),
        decisions=DynamoDecisions(S3Records(s3, settings.decisions_bucket)),
        clock=SystemClock(),
        code_version=settings.code_version,
    )
