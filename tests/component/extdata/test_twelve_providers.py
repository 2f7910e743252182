"""Every example connector asks its simulated provider and gets exactly the firm's facts.

The provider's side is written apart from the bank's: a document that comes out equal to the facts
went through two implementations of every signature, cipher, encoding, format and field map.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from extdata.adapters.canonical_documents import DefinedDocuments
from extdata.adapters.provider_calls import HttpProviderCalls
from extdata.domain.answer import ProviderAnswer
from extdata.domain.connector import Connector
from extdata.domain.errors import ProviderFailure
from extdata.domain.provider import Contract, KeyName, Provider
from extdata.domain.subject import Subject
from extdata.provider_ports import KeyVersion, ProviderRequest
from infra.cli.extdata_file import ProviderFile, provider_files, read_provider_file
from puhui.clock import FixedClock
from puhui.tenancy import BankId
from sandbox.adapters.provider_firms import UNKNOWN_SUBJECT, ListedFirms
from sandbox.adapters.provider_office import subject_of
from sandbox.adapters.provider_server import Pace, ProviderServer
from sandbox.domain.applicant import Applicant
from sandbox.domain.population import generate
from sandbox.domain.providers.books import open_books
from sandbox.domain.providers.faults import ProviderFault
from sandbox.domain.providers.knowledge import FACTS, knows
from sandbox.domain.providers.profiles import PROFILES

BANK = BankId("demo")
SEED = "42"
AS_OF = date(2026, 8, 3)
NOW = datetime(2026, 8, 3, 2, 0, tzinfo=UTC)
CALLBACK_PATH = f"/extdata/callbacks/{BANK}/sbx-bankflow-statement"
FILES = [
    read_provider_file(path)
    for path in provider_files(Path(__file__).parents[3] / "docs" / "examples" / "extdata")
]
CONNECTORS = {
    str(demand["connector_id"]): (one, demand) for one in FILES for demand in one.demands()
}
Posted = list[tuple[dict[str, str], bytes]]


@dataclass
class OnboardedKeys:
    """The keys of the providers' kits, as a bank puts them in its secrets."""

    server: ProviderServer

    def versions(self, bank_id: str, provider_id: str, name: str) -> Sequence[KeyVersion]:
        """The kit's key."""
        key = self.server.onboarding(provider_id)["keys"][name]
        return (KeyVersion(version=key["version"], material=base64.b64decode(key["material"])),)

    def put(self, bank_id: str, provider_id: str, name: str, version: KeyVersion) -> None:
        raise NotImplementedError

    def refresh(self, bank_id: str, provider_id: str, name: str) -> Sequence[KeyVersion]:
        return self.versions(bank_id, provider_id, name)


@pytest.fixture(scope="module")
def firms() -> list[Applicant]:
    return list(generate(SEED, 20, AS_OF))


@pytest.fixture(scope="module")
def posted() -> Posted:
    return []


@pytest.fixture(scope="module")
def server(firms: list[Applicant], posted: Posted) -> Iterator[ProviderServer]:
    def post(url: str, headers: Mapping[str, str], body: bytes) -> int:
        posted.append((dict(headers), body))
        return 202

    with ProviderServer(
        ListedFirms(*firms),
        seed=SEED,
        clock=FixedClock(NOW),
        pace=Pace(callback_delay_ms=None),
        post=post,
    ) as running:
        yield running


@pytest.fixture(scope="module")
def calls(server: ProviderServer) -> HttpProviderCalls:
    return HttpProviderCalls(OnboardedKeys(server), sandbox_base=server.url, clock=FixedClock(NOW))


@pytest.fixture(autouse=True)
def _no_faults_left(server: ProviderServer) -> Iterator[None]:
    yield
    server.faults.clear()


def a_provider(described: ProviderFile) -> Provider:
    """The provider of a file."""
    return Provider(
        bank_id=BANK,
        provider_id=described.provider_id,
        name=str(described.provider["name"]),
        contract=Contract(number="HT", valid_from=date.min, valid_to=date.max),
        sandbox=True,
        keys=tuple(KeyName(**key) for key in described.provider["keys"]),
    )


def a_connector(connector_id: str) -> Connector:
    """The connector of a file, published."""
    described, demand = CONNECTORS[connector_id]
    return Connector(
        bank_id=BANK,
        connector_id=connector_id,
        version=1,
        provider_id=described.provider_id,
        product=str(demand["product"]),
        name=str(demand["name"]),
        reason=str(demand["reason"]),
        specification=demand["spec"],
        stage="published",
        demanded_by="steward",
        demanded_at=NOW,
    )


def a_request(connector_id: str, subject: Mapping[str, Any], number: str) -> ProviderRequest:
    """A question about a subject."""
    return ProviderRequest(
        bank_id=BANK,
        provider=a_provider(CONNECTORS[connector_id][0]),
        connector=a_connector(connector_id),
        subject=Subject(**subject),
        purpose="loan_application",
        request_no=number,
        asked_at=NOW,
        asked_on=AS_OF,
        budget_ms=20_000,
        callback_url=f"https://bank.example{CALLBACK_PATH}",
    )


def answered(
    calls: HttpProviderCalls, server: ProviderServer, posted: Posted, request: ProviderRequest
) -> ProviderAnswer:
    """The final answer, however it comes."""
    answer = calls.call(request)
    mode = request.connector.specification["mode"]
    if mode == "file":
        return calls.fetch(request, answer.job_id or "")
    if mode == "callback":
        assert answer.meaning == "pending"
        posted.clear()
        server.deliver_pending()
        ((headers, body),) = posted
        callback = calls.open_callback(
            request.provider,
            request.connector,
            headers=headers,
            path=CALLBACK_PATH,
            body=body,
            now=NOW,
        )
        assert callback.job_id == answer.job_id
        return calls.read(request.connector, [callback.page], asked_on=AS_OF)
    return answer


def canonical(connector_id: str, applicant: Applicant) -> dict[str, Any]:
    """What the document must be: the facts themselves."""
    described, demand = CONNECTORS[connector_id]
    facts = FACTS[str(demand["product"])](open_books(applicant, SEED))
    plain: dict[str, Any] = json.loads(json.dumps(facts.tables, default=str))
    return {
        "source": described.provider_id,
        "period_from": facts.period_from.isoformat(),
        "period_to": facts.period_to.isoformat(),
        "row_count": facts.row_count,
        **{table: [_known(row) for row in rows] for table, rows in plain.items()},
        "snapshot": _known(json.loads(json.dumps(facts.snapshot, default=str))),
    }


def _known(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None}


def known_firms(connector_id: str, firms: list[Applicant]) -> list[Applicant]:
    """The firms that the provider knows."""
    described, demand = CONNECTORS[connector_id]
    profile, product = PROFILES[described.provider_id], str(demand["product"])
    return [firm for firm in firms if knows(profile, open_books(firm, SEED), product)]


@pytest.mark.parametrize("connector_id", sorted(CONNECTORS))
def test_a_hit_is_a_schema_valid_document_of_exactly_the_firms_facts(
    calls: HttpProviderCalls,
    server: ProviderServer,
    posted: Posted,
    firms: list[Applicant],
    connector_id: str,
) -> None:
    documents = DefinedDocuments()
    product = str(CONNECTORS[connector_id][1]["product"])
    for firm in known_firms(connector_id, firms)[:8]:
        request = a_request(connector_id, subject_of(firm), f"T-{connector_id}-{firm.applicant_id}")

        answer = answered(calls, server, posted, request)

        assert (answer.meaning, answer.charge) == ("hit", "charged")
        assert answer.document is not None
        body = json.loads(documents.encode(product, answer.document))
        seen = {
            name: [_known(row) for row in value] if isinstance(value, list) else value
            for name, value in body.items()
            if name != "schema"
        }
        seen["snapshot"] = _known(body.get("snapshot") or {})
        assert seen == canonical(connector_id, firm)


@pytest.mark.parametrize("connector_id", sorted(CONNECTORS))
def test_a_firm_that_nobody_knows_is_a_miss_with_the_charge_of_its_price(
    calls: HttpProviderCalls, server: ProviderServer, posted: Posted, connector_id: str
) -> None:
    described = CONNECTORS[connector_id][0]
    basis = next(p["basis"] for p in described.prices if p["connector_id"] == connector_id)

    answer = answered(
        calls, server, posted, a_request(connector_id, UNKNOWN_SUBJECT, f"U-{connector_id}")
    )

    charge = "charged" if basis == "per_call" else "free"
    assert (answer.meaning, answer.charge, answer.document) == ("miss", charge, None)


@pytest.mark.parametrize(
    ("kind", "connector_id"),
    [
        ("html", "sbx-tax-returns"),
        ("truncated", "sbx-invoice-list"),
        ("wrong_schema", "sbx-registry-basic"),
        ("wrong_schema", "sbx-bureau-report"),
        ("duplicate_keys", "sbx-multilender-apply"),
        ("nan", "sbx-device-profile"),
        ("nan", "sbx-court-cases"),
        ("wrong_encoding", "sbx-registry-basic"),
        ("wrong_encoding", "sbx-utility-usage"),
        ("gzip_bomb", "sbx-invoice-list"),
        ("huge", "sbx-relation-customer"),
        ("redirect", "sbx-agri-household"),
        ("bad_signature", "sbx-bureau-report"),
        ("bad_signature", "sbx-tax-returns"),
        ("bad_signature", "sbx-invoice-list"),
        ("bad_signature", "sbx-multilender-apply"),
        ("dead", "sbx-court-cases"),
        ("error", "sbx-court-cases"),
    ],
)
def test_garbage_never_becomes_a_document(
    calls: HttpProviderCalls,
    server: ProviderServer,
    firms: list[Applicant],
    kind: str,
    connector_id: str,
) -> None:
    provider_id = CONNECTORS[connector_id][0].provider_id
    server.plan(ProviderFault(provider_id=provider_id, kind=kind, times=10))
    firm = known_firms(connector_id, firms)[0]
    request = a_request(connector_id, subject_of(firm), f"G-{kind}-{connector_id}")

    with pytest.raises(ProviderFailure) as failure:
        calls.call(request)

    assert (failure.value.rule or "").startswith("provider.")


def test_a_busy_provider_is_asked_again_under_the_same_number_and_bills_once(
    calls: HttpProviderCalls, server: ProviderServer, firms: list[Applicant]
) -> None:
    server.plan(ProviderFault(provider_id="sbx-registry", kind="code_error"))
    firm = known_firms("sbx-registry-basic", firms)[0]

    answer = calls.call(a_request("sbx-registry-basic", subject_of(firm), "B-1"))

    assert (answer.meaning, answer.tries) == ("hit", 2)
    assert [call.request_no for call in server.calls("sbx-registry")].count("B-1") == 1
