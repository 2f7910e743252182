"""Composition root of what reads: settings → adapters → use cases, built on first use.

What decides is wired in `risk.decision_wiring`: it loads numpy and onnxruntime, which whoever
reads a decision does without.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from puhui.aws import client
from puhui.dynamodb import bind_table
from risk.adapters.dynamo_decisions import DynamoDecisions
from risk.adapters.model_cards import ModelCards
from risk.adapters.rows import ROWS
from risk.adapters.s3_archive import S3KeptArtefacts
from risk.adapters.s3_records import S3Records
from risk.settings import ReadingSettings
from risk.usecases.explain_decision import ExplainDecision
from risk.usecases.read_decision import ReadDecision, ReadDecisionOfApplication


@dataclass(frozen=True)
class Wiring:
    """Everything the API's views call."""

    read_decision: ReadDecision
    read_decision_of_application: ReadDecisionOfApplication
    explain_decision: ExplainDecision
    cards: ModelCards


@cache
def wiring() -> Wiring:
    """Build everything once per process."""
    settings = ReadingSettings.from_env()
    bind_table(settings.table_name, *ROWS)
    s3 = client("s3")
    decisions = DynamoDecisions(S3Records(s3, settings.decisions_bucket))
    return Wiring(
        read_decision=ReadDecision(decisions),
        read_decision_of_application=ReadDecisionOfApplication(decisions),
        explain_decision=ExplainDecision(S3KeptArtefacts(s3, settings.decisions_bucket)),
        cards=ModelCards(Path(settings.models_folder)),
    )
