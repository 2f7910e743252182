"""The words of every provider: its envelope, and its report for each billed interface."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sandbox.domain.providers import reports_business as business
from sandbox.domain.providers import reports_credit as credit
from sandbox.domain.providers import reports_land as land
from sandbox.domain.providers import reports_standing as standing
from sandbox.domain.providers.presentation import Envelope, Report

ENVELOPES: Mapping[str, Envelope] = MappingProxyType(
    {
        "sbx-bureau": credit.BUREAU_ENVELOPE,
        "sbx-tax": business.TAX_ENVELOPE,
        "sbx-invoice": business.INVOICE_ENVELOPE,
        "sbx-registry": standing.REGISTRY_ENVELOPE,
        "sbx-court": standing.COURT_ENVELOPE,
        "sbx-bankflow": business.BANKFLOW_ENVELOPE,
        "sbx-multilender": credit.MULTILENDER_ENVELOPE,
        "sbx-socialsec": business.SOCIALSEC_ENVELOPE,
        "sbx-utility": business.UTILITY_ENVELOPE,
        "sbx-agri": land.AGRI_ENVELOPE,
        "sbx-device": standing.DEVICE_ENVELOPE,
        "sbx-relation": credit.RELATION_ENVELOPE,
    }
)
REPORTS: Mapping[str, Report] = MappingProxyType(
    {
        "sbx-bureau-report": credit.BUREAU,
        "sbx-tax-returns": business.TAX,
        "sbx-tax-invoice": business.TAX_INVOICE,
        "sbx-invoice-list": business.INVOICE,
        "sbx-registry-basic": standing.REGISTRY,
        "sbx-court-cases": standing.COURT,
        "sbx-bankflow-statement": business.BANKFLOW,
        "sbx-multilender-apply": credit.MULTILENDER,
        "sbx-socialsec-file": business.SOCIALSEC,
        "sbx-utility-usage": business.UTILITY,
        "sbx-agri-household": land.AGRI,
        "sbx-device-profile": standing.DEVICE,
        "sbx-relation-customer": credit.RELATION,
    }
)
