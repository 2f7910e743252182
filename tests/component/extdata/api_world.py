"""The API on moto with its real wiring; only what goes over the network is scripted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import boto3
import pytest

from extdata import wiring as composition
from extdata.api import app
from extdata.domain.answer import ProviderAnswer, RawPage
from extdata.domain.connector import Connector
from extdata.provider_ports import ProviderRequest
from puhui import aws as puhui_aws
from puhui.identity import Principal
from tests.component.extdata.storage import (
    ARCHIVE,
    DOCUMENTS,
    KEYS_PREFIX,
    TABLE,
    account,
)
from tests.support.api import Answer, a_principal, call
from tests.support.aws import create_key
from tests.support.extdata import a_miss, a_specification, an_answer
from tests.support.extdata_gateway import ScriptedCalls
from tests.support.extdata_onboarding import AnySpecification

STEWARD = a_principal("data_steward", subject="steward-1")
RISK = a_principal("risk_manager", subject="risk-1")
UNDERWRITER = a_principal("underwriter", subject="uw-1")
AUDITOR = a_principal("auditor", subject="aud-1")
USCC = "91340100MA2N00001Q"
TODAY = "2026-11-02"
V1 = {"connector_id": "sbx-tax-returns", "version": "1"}
TABLE_OF = {"product": "tax", "edition": "1"}


def a_tax_document() -> dict[str, Any]:
    """A document that the product's schema accepts."""
    row = {
        "period": "2026-09",
        "sales_fen": 1_000_00,
        "vat_paid_fen": None,
        "cit_paid_fen": None,
        "tax_total_fen": None,
        "due_on": None,
        "filed_on": "2026-10-12",
    }
    return {
        "source": "sbx-tax",
        "period_from": "2026-01-01",
        "period_to": "2026-10-31",
        "row_count": 1,
        "returns": [row],
        "arrears": [],
        "penalties": [],
        "inspections": [],
        "grades": [],
    }


def by_subject(request: ProviderRequest) -> ProviderAnswer:
    """The provider knows every firm but one."""
    if "查无" in request.subject.name:
        return a_miss()
    return an_answer(document=a_tax_document())


class TaxCalls(ScriptedCalls):
    """Maps archived pages to the document that the provider gave."""

    def read(
        self, connector: Connector, pages: Sequence[RawPage], *, asked_on: date
    ) -> ProviderAnswer:
        return an_answer(document=a_tax_document(), pages=tuple(pages))


@dataclass(frozen=True)
class ApiWorld:
    """The API, and what its providers see."""

    calls: ScriptedCalls

    def call(
        self, method: str, resource: str, principal: Principal | None, **options: Any
    ) -> Answer:
        return call(app, method, resource, principal=principal, **options)

    def demand(self, **changes: Any) -> Answer:
        return self.call("POST", "/connectors", STEWARD, body=a_connector_body(**changes))

    def step(self, step: str, principal: Principal, **values: str) -> Answer:
        path = "/connectors/{connector_id}/versions/{version}/" + step
        return self.call("POST", path, principal, values=V1 | values)

    def set_up(self) -> None:
        """A provider, its published connector, a price, routes, permissions and a consent."""
        done = [
            self.call(
                "PUT",
                "/providers/{provider_id}",
                STEWARD,
                body=a_provider_body(),
                values={"provider_id": "sbx-tax"},
            ),
            self.demand(),
            self.step("test", STEWARD),
            self.step("approval", RISK),
            self.step("publication", STEWARD),
            self.call("POST", "/prices", STEWARD, body=a_price_body()),
            self.call("PUT", "/access", RISK, body=an_access_body()),
            self.call(
                "PUT",
                "/route-tables/{product}/{edition}",
                STEWARD,
                body=a_table_body(),
                values=TABLE_OF,
            ),
            self.consent(),
        ]
        assert [one.status for one in done] == [200, 201, 200, 200, 200, 201, 200, 200, 200]
        self.calls.requests.clear()

    def consent(self, consent_id: str = "con-1", **changes: Any) -> Answer:
        body = a_consent_body() | changes
        values = {"consent_id": consent_id}
        return self.call("PUT", "/consents/{consent_id}", STEWARD, body=body, values=values)

    def withdraw(self, consent_id: str = "con-1", principal: Principal = STEWARD) -> Answer:
        values = {"consent_id": consent_id}
        return self.call("POST", "/consents/{consent_id}/withdrawal", principal, values=values)

    def ask(self, principal: Principal = UNDERWRITER, **changes: Any) -> Answer:
        return self.call("POST", "/queries", principal, body=a_query_body() | changes)

    def about(self, query_id: str, rest: str = "", principal: Principal = UNDERWRITER) -> Answer:
        method = "POST" if rest == "/replay" else "GET"
        values = {"query_id": query_id}
        return self.call(method, "/queries/{query_id}" + rest, principal, values=values)


@contextmanager
def api_world(monkeypatch: pytest.MonkeyPatch) -> Iterator[ApiWorld]:
    """An empty account with the module's environment as its stack sets it."""
    calls = TaxCalls(scripts={"sbx-tax-returns": by_subject})
    with account() as key_arn:
        secret = boto3.client("secretsmanager").create_secret(
            Name="/puhui/test/platform/blind-index/secret", SecretString="s" * 64
        )
        for name, value in (
            ("TABLE_NAME", TABLE),
            ("DATA_KEY_ARN", key_arn),
            ("EXCHANGE_KEY_ARN", create_key()),
            ("BLIND_INDEX_SECRET_ARN", secret["ARN"]),
            ("ARCHIVE_BUCKET", ARCHIVE),
            ("DOCUMENTS_BUCKET", DOCUMENTS),
            ("PROVIDER_KEY_PREFIX", KEYS_PREFIX),
            ("BUSINESS_DATE", TODAY),
            ("PROVIDERS_URL", "http://127.0.0.1:9"),
            ("CALLBACKS_URL", "https://callbacks.invalid"),
        ):
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(composition, "_calls", lambda settings, keys: calls)
        monkeypatch.setattr(composition, "_specifications", AnySpecification)
        puhui_aws.client.cache_clear()
        composition.wiring.cache_clear()
        yield ApiWorld(calls)
        composition.wiring.cache_clear()
        puhui_aws.client.cache_clear()


def a_provider_body(**changes: Any) -> dict[str, Any]:
    """A simulated provider with one key."""
    return {
        "name": "税务数据服务商（沙箱模拟）",
        "contract": {
            "number": "HT-SBX-2026-02",
            "valid_from": "2016-01-01",
            "valid_to": "2099-12-31",
        },
        "sandbox": True,
        "limits": {"daily": 100},
        "keys": [{"name": "body", "kind": "sm4"}],
    } | changes


def a_connector_body(**changes: Any) -> dict[str, Any]:
    """A connector with its two cases."""
    return {
        "connector_id": "sbx-tax-returns",
        "provider_id": "sbx-tax",
        "product": "tax/1",
        "name": "纳税申报与入库查询",
        "reason": "小微发票贷需要核对纳税情况",
        "spec": a_specification(),
        "test_cases": [
            {"name": "有数据", "subject": {"kind": "firm", "name": "示例"}, "expect": "hit"},
            {"name": "查无", "subject": {"kind": "firm", "name": "查无此户"}, "expect": "miss"},
        ],
    } | changes


def a_price_body() -> dict[str, Any]:
    """Eighty 分 per hit."""
    return {
        "connector_id": "sbx-tax-returns",
        "basis": "per_hit",
        "tiers": [{"unit_yuan": "0.80"}],
        "effective_from": "2016-01-01",
    }


def a_table_body(**changes: Any) -> dict[str, Any]:
    """One route, answers kept for a week."""
    route = {"connector_id": "sbx-tax-returns", "provider_id": "sbx-tax", "priority": 1}
    return {"routes": [route], "cache_days": 7} | changes


def an_access_body(**changes: Any) -> dict[str, Any]:
    """Underwriters, auditors and relationship managers may ask for taxes."""
    roles = ("underwriter", "relationship_manager")
    return {
        "permissions": [
            {
                "caller": f"role:{role}",
                "product": "tax/1",
                "purposes": ["loan_application", "identity_check"],
            }
            for role in roles
        ],
        "caller_limits": {"uw-1": {"daily": 50}},
    } | changes


def a_consent_body(**changes: Any) -> dict[str, Any]:
    """A firm's paper."""
    return {
        "scope": "tax_invoice",
        "uscc": USCC,
        "purposes": ["loan_application"],
        "granted_on": "2026-01-01",
        "expires_on": "2027-01-01",
        "evidence_sha256": "e" * 64,
    } | changes


def a_query_body(**changes: Any) -> dict[str, Any]:
    """An underwriter's question."""
    return {
        "request_id": "req-1",
        "product": "tax/1",
        "subject": {"kind": "firm", "name": "北方示例商贸有限公司", "uscc": USCC},
        "purpose": "loan_application",
        "consent_id": "con-1",
        "application_id": "app-1",
        "branch_id": "br-1",
    } | changes
