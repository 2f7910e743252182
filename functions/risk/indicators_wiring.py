"""Composition root of what computes indicators for another module: documents, and no model."""

from __future__ import annotations

from functools import cache

from puhui.aws import client
from risk.adapters.s3_fact_documents import S3FactDocuments
from risk.settings import IndicatorSettings
from risk.usecases.compute_indicators import ComputeIndicators
from risk.usecases.read_facts import ReadFacts


@cache
def compute_indicators() -> ComputeIndicators:
    """Build it once per process."""
    bucket = IndicatorSettings.from_env().documents_bucket
    return ComputeIndicators(ReadFacts(S3FactDocuments(client("s3"), bucket)))
