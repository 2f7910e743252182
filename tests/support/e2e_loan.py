"""One loan through the running cloud, as the demonstration's people take it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import httpx

from infra.cli.bank import set_up_bank
from infra.cli.bank_file import BankFile, read_bank_file
from infra.demo.api import BankApi, shared_client
from infra.demo.people import Approver, Customer, RelationshipManager
from infra.demo.run import Cast, Journey, run
from infra.local.cloud import LocalCloud
from puhui.clock import SystemClock
from puhui.http_signing import HmacSigner
from sandbox.domain.applicant import Applicant
from sandbox.domain.population import generate

BANK_FILE = Path(__file__).parents[2] / "docs" / "examples" / "demo-bank.yaml"
PATIENCE_SECONDS = 120.0
POPULATION = 400
LOANS = "130301"
"""The ledger's account of loan principal."""


@dataclass
class LoanDesk:
    """A bank that is set up, its people, and firms that have not applied yet."""

    cloud: LocalCloud
    client: httpx.Client
    bank: BankFile
    firms: Iterator[Applicant]
    cast: Cast = field(init=False)

    def __post_init__(self) -> None:
        """Give everybody a token."""
        branch = self.bank.branches[0].branch_id
        product = self.bank.products[0]
        self.cast = Cast(
            manager=RelationshipManager(
                api=self.api("relationship_manager", "rm-demo", branch=branch),
                product_code=product.code,
                consents=tuple(product.required_consents),
                business_date=date.fromisoformat(self.cloud.business_date),
                patience_seconds=PATIENCE_SECONDS,
            ),
            approver=Approver(self.api("approver", "approver-demo"), max_reasons=99),
            customer=self._customer,
        )

    def api(self, role: str, subject: str, **claims: Any) -> BankApi:
        """The API with a token of this person."""
        token = self.cloud.tokens.issue(role, self.bank.bank_id, subject=subject, **claims)
        return BankApi(self.client, token)

    def one_loan(self) -> Journey:
        """Take firms until one is not declined; answer its journey."""
        for firm in self.firms:
            journey = run([firm], self.cast, lambda *_: None)[0]
            if journey.trouble or journey.ending.get("outcome") != "declined":
                return journey
        raise AssertionError("every firm of the population was declined")

    def books(self) -> tuple[int, int, int]:
        """Difference of the trial balance, posted and pending loan principal, in fen."""
        auditor = self.api("auditor", "auditor-demo-bank")
        balance = auditor.get("/servicing/ledger/trial-balance")
        lines = [line for line in balance["accounts"] if line["code"] == LOANS]
        posted = sum(line["debit_fen"] - line["credit_fen"] for line in lines)
        pending = sum(line["pending_debit_fen"] - line["pending_credit_fen"] for line in lines)
        return balance["difference_fen"], posted, pending

    def rail(self, **fault: Any) -> None:
        """Plan a fault of the simulated core-banking rail."""
        secret = self.cloud.client("secretsmanager").get_secret_value(
            SecretId=f"/puhui/{self.cloud.env}/platform/core-banking/secret"
        )["ARN"]
        signer = HmacSigner.from_secret(self.cloud.client("secretsmanager"), secret, SystemClock())
        request = self.client.build_request("POST", "/sandbox/rail/faults", json=fault)
        request.headers.update(signer("POST", "/rail/faults", request.content))
        self.client.send(request).raise_for_status()

    def _customer(self, customer_id: str, application_id: str) -> Customer:
        token = self.cloud.tokens.issue("customer", self.bank.bank_id, customer=customer_id)
        return Customer(BankApi(self.client, token), application_id, PATIENCE_SECONDS)


@contextmanager
def loan_desk(cloud: LocalCloud, *, skip: int = 0) -> Iterator[LoanDesk]:
    """Set the demonstration bank up and open its doors."""
    bank = read_bank_file(BANK_FILE)
    day = date.fromisoformat(cloud.business_date)
    with shared_client(cloud.gateway_url) as client:
        admin = BankApi(client, cloud.tokens.issue("admin", bank.bank_id, subject="admin"))
        set_up_bank(admin, bank)
        firms = islice(generate("e2e", POPULATION, day), skip, None)
        yield LoanDesk(cloud, client, bank, firms)
