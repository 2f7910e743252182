"""Signing on moto with the sandbox's authority behind a real HTTP server on loopback."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cache, partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
import pytest

from puhui.clock import SystemClock
from puhui.contracts.signing import PrepareContract
from puhui.http_app import ApiApp
from puhui.identity import Principal
from puhui.sealing import Sealer
from sandbox import ca_wiring
from sandbox.adapters.x509_issuer import make_authority
from sandbox.ca_api import ca_routes
from sandbox.ca_ports import Authority
from signing import wiring as signing_wiring
from tests.support.api import Answer, a_customer, call, proxy_event
from tests.support.aws import aws, create_key, create_table
from tests.support.signing import FONT_DIR, NORTH, TODAY, a_command, a_party
from tests.support.signing_keys import use_known_keys

TABLE = "puhui-test-signing-table"
DRAFTS = "puhui-test-signing-drafts"
CONTRACTS = "puhui-test-signing-contracts"
SEALS = "/puhui/test/signing/bank-seal/key"
AUTHORITY = "/puhui/test/sandbox/certificate-authority/secret"
SECRET_TEXT = "a-shared-secret-of-more-than-32-characters"
BORROWER = a_customer("cus-1")
SENT_MS = 1_785_722_400_000
NOTICES_ITS_END_SECONDS = 0.02


class AuthorityServer:
    """The sandbox's certificate routes over HTTP, as API Gateway would call them."""

    def __init__(self) -> None:
        self.app: ApiApp = ca_routes.app()
        self.failures: list[int] = []
        """Statuses to answer instead, one request each."""
        self.requests = 0
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer("GET")

            def do_POST(self) -> None:
                self._answer("POST")

            def _answer(self, method: str) -> None:
                owner.requests += 1
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status, content = owner.answer(method, self.path, dict(self.headers), body)
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        serve = partial(self._server.serve_forever, poll_interval=NOTICES_ITS_END_SECONDS)
        self._thread = threading.Thread(target=serve, daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def answer(
        self, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, bytes]:
        """Fail as planned, or let the sandbox answer."""
        if self.failures:
            return self.failures.pop(0), b"{}"
        event = proxy_event(method, path, raw=body.decode() or None, headers=headers)
        answer = self.app(event, None)
        return answer["statusCode"], answer["body"].encode()

    @contextmanager
    def running(self) -> Iterator[AuthorityServer]:
        """Serve until the block ends."""
        self._thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()


@dataclass
class World:
    """The deployed module, seen from outside."""

    authority: AuthorityServer
    data_key: str
    exchange_key: str
    delivered: set[str] = field(default_factory=set)

    def command(self, **changes: Any) -> PrepareContract:
        """A command with a borrower who is really sealed."""
        party = changes.pop("party", a_party())
        application = changes.get("application_id", "app-1")
        context = {"bank_id": NORTH, "application_id": application}
        sealer = Sealer(boto3.client("kms"), self.exchange_key)
        sealed = sealer.seal(party.model_dump(mode="json"), context)
        return a_command(**{"party_sealed": sealed, **changes})

    def prepare(self, command: PrepareContract, sent_ms: int | None = None) -> dict[str, Any]:
        """Deliver a command by queue."""
        from signing.handlers.prepare_contract import handler

        record = {
            "messageId": "m-1",
            "body": command.model_dump_json(),
            "attributes": {"SentTimestamp": str(sent_ms or _now_ms())},
        }
        return handler({"Records": [record]}, None)  # type: ignore[no-any-return]

    def outbox(self, name: str) -> list[dict[str, Any]]:
        """The envelopes of one event in the table's outbox."""
        items = boto3.client("dynamodb").scan(TableName=TABLE)["Items"]
        envelopes = [json.loads(item["envelope"]["S"]) for item in items if "envelope" in item]
        return [envelope for envelope in envelopes if envelope["name"] == name]

    def work_off(self, name: str, handler: Any) -> list[dict[str, Any]]:
        """Deliver every event of a name by queue, again and again if called again."""
        return [
            handler(
                {"Records": [{"messageId": "m-1", "body": json.dumps({"detail": envelope})}]}, None
            )
            for envelope in self.outbox(name)
        ]

    def sign(self) -> list[dict[str, Any]]:
        """Work off signature requests."""
        from signing.handlers.sign_contract import handler

        return self.work_off("SignatureRequested", handler)

    def deliver(self) -> list[dict[str, Any]]:
        """Work off outcomes."""
        from signing.handlers.deliver_outcome import handler

        return self.work_off("OutcomeDecided", handler)

    def api(
        self, method: str, resource: str, *, who: Principal = BORROWER, body: Any = None, **v: str
    ) -> Answer:
        """Call signing's API."""
        from signing.api import app

        return call(app, method, resource, body=body, principal=who, values=v)

    def contract(self, application_id: str = "app-1") -> dict[str, Any]:
        """The borrower's contract."""
        path = "/applications/{application_id}/contract"
        found: dict[str, Any] = self.api("GET", path, application_id=application_id).body
        return found

    def request_signature(self, **changes: Any) -> Answer:
        """The borrower signs what waits."""
        contract = self.contract()
        body = {
            "document_sha256": contract["document_sha256"],
            "cost_disclosure_read": True,
            **changes,
        }
        return self.api(
            "POST",
            "/contracts/{contract_id}/signature",
            body=body,
            contract_id=contract["contract_id"],
        )

    def sealed(self) -> dict[str, Any]:
        """A contract all the way to its seal."""
        self.prepare(self.command())
        self.request_signature()
        assert self.sign() == [{"batchItemFailures": []}]
        return self.contract()

    def verify(self, **changes: str) -> dict[str, Any]:
        """Call the published function."""
        from signing.handlers.verify_contract import handler

        contract = self.contract()
        call_ = {
            "bank_id": "north",
            "correlation_id": "app-1",
            "application_id": contract["application_id"],
            "contract_id": contract["contract_id"],
            "document_sha256": contract["document_sha256"],
            "terms_sha256": contract["terms_sha256"],
            **changes,
        }
        return handler(call_, None)  # type: ignore[no-any-return]

    def sealed_pdf(self) -> bytes:
        """The one object in the vault."""
        return self.vault_object()[1]

    def vault_object(self) -> tuple[str, bytes]:
        """Key and content of the one object in the vault."""
        s3 = boto3.client("s3")
        (only,) = s3.list_objects_v2(Bucket=CONTRACTS)["Contents"]
        return only["Key"], s3.get_object(Bucket=CONTRACTS, Key=only["Key"])["Body"].read()


@contextmanager
def signing_world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Deploy signing and the sandbox's authority into an empty account."""
    with aws(), AuthorityServer().running() as server:
        _make_buckets()
        create_table(TABLE)
        data_key, exchange_key = create_key(), create_key()
        secrets = boto3.client("secretsmanager")
        secret = secrets.create_secret(Name="core-banking", SecretString=SECRET_TEXT)["ARN"]
        secrets.create_secret(Name=AUTHORITY, SecretString=json.dumps(asdict(_authority())))
        environment = {
            "TABLE_NAME": TABLE,
            "DATA_KEY_ARN": data_key,
            "EXCHANGE_KEY_ARN": exchange_key,
            "DRAFTS_BUCKET": DRAFTS,
            "CONTRACTS_BUCKET": CONTRACTS,
            "BUSINESS_DATE": TODAY.isoformat(),
            "FONT_DIR": FONT_DIR,
            "CA_URL": server.url,
            "CA_ROOT_SHA256": "first-use",
            "CA_SECRET_NAME": AUTHORITY,
            "CORE_BANKING_SECRET_ARN": secret,
            "SEAL_SECRET_PREFIX": SEALS,
            "POWERTOOLS_METRICS_NAMESPACE": "Puhui",
        }
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        use_known_keys(monkeypatch)
        restart()
        yield World(authority=server, data_key=data_key, exchange_key=exchange_key)
        restart()


def restart() -> None:
    """Cold starts: nothing that a function kept in memory survives."""
    from puhui.aws import client

    client.cache_clear()
    signing_wiring.wiring.cache_clear()
    ca_wiring.wiring.cache_clear()


@cache
def _authority() -> Authority:
    """Made before anybody asks: two keys take seconds on a busy machine, signing waits five."""
    return make_authority(SystemClock().now())


def _make_buckets() -> None:
    s3 = boto3.client("s3")
    location: Any = {"LocationConstraint": "cn-north-1"}
    s3.create_bucket(Bucket=DRAFTS, CreateBucketConfiguration=location)
    s3.create_bucket(
        Bucket=CONTRACTS, CreateBucketConfiguration=location, ObjectLockEnabledForBucket=True
    )
    s3.put_object_lock_configuration(
        Bucket=CONTRACTS,
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 30}},
        },
    )


def _now_ms() -> int:
    return int(datetime.now().astimezone().timestamp() * 1000)
