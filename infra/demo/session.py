"""One demonstration from start to end: local cloud, bank, population, people, report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Final

import httpx
from rich.console import Console

from infra.cli.bank import BankFile, read_bank_file, set_up_bank
from infra.config import ROOT
from infra.demo import external_data, measure, report
from infra.demo.api import ApiRefused, BankApi, shared_client
from infra.demo.archive_export import FOLDER, export_cloud
from infra.demo.display import board
from infra.demo.people import NOT_FOUND, Approver, Customer, RelationshipManager
from infra.demo.run import Cast, Journey, run, stopwatch
from infra.local.cloud import LocalCloud
from infra.local.providers import POPULATION
from infra.synth import synthesise
from sandbox.adapters.firm_folder import FirmFolder
from sandbox.adapters.provider_firms import FirmsSource, FolderFirms, PopulationFirms
from sandbox.domain.applicant import Applicant
from sandbox.domain.firm_records import FirmFileNotReadable
from sandbox.domain.population import generate

DEMO_BANK: Final = ROOT / "docs" / "examples" / "demo-bank.yaml"
DEFAULT_APPLICANTS: Final = 20
SIMULATED_BUSINESS_DATE: Final = date(2026, 11, 2)
"""The accounting day of the simulated population; a data folder brings its own."""
PATIENCE_SECONDS: Final = 240.0
"""How long a firm may stand still before the demonstration calls it stuck."""


class NoFirms(ValueError):
    """There is nobody to send through the factory; the message says why."""


class Demonstration:
    """Who comes, on which accounting day, to which bank."""

    def __init__(
        self, *, data: Path | None, applicants: int | None, seed: str, console: Console
    ) -> None:
        """Look at the population before anything is started."""
        self._seed = seed
        self._console = console
        self._folder = None if data is None else _folder(data)
        self.business_date = (
            SIMULATED_BUSINESS_DATE if self._folder is None else self._folder.extract.business_date
        )
        self.count = _count(self._folder, applicants)

    def applicants(self) -> Iterator[Applicant]:
        """The firms, one after the other; a data folder is read firm by firm."""
        if self._folder is None:
            return generate(seed=self._seed, n=self.count, as_of=self.business_date)
        return self._folder.applicants(seed=self._seed, limit=self.count)

    def _known_to_providers(self) -> FirmsSource:
        """The same firms, as the simulated data providers find them."""
        if self._folder is None:
            return PopulationFirms(
                seed=self._seed, size=max(self.count, POPULATION), as_of=self.business_date
            )
        return FolderFirms(self._folder, seed=self._seed, limit=self.count)

    def introduce(self) -> None:
        """Say who comes and who plays whom."""
        who = "simulated firms 模拟企业" if self._folder is None else "real firms 真实企业"
        self._console.print(
            f"[bold]{self.count} {who}[/], accounting day 会计日期 {self.business_date}. "
            "This demonstration plays the customer, the relationship manager and the approver; "
            "core banking, the certificate authority and the data providers are simulated "
            "(sandbox). The customer reads the cost disclosure 综合融资成本明示表 for 1 second: so "
            "the demonstration's product says; products demand 10 unless they say otherwise."
        )
        if self._folder is not None:
            self._console.print(
                "Invoices are real; names, credit codes, ids, phones and accounts that the data "
                "lacks are synthetic 合成, with valid check digits."
            )

    @contextmanager
    def local_cloud(self, port: int) -> Iterator[LocalCloud]:
        """The synthesised assembly of the sources as they are now, running."""
        with self._console.status("Synthesising the stacks …"):
            assembly = synthesise()
        with self._console.status("Starting the local cloud …"):
            cloud = LocalCloud(
                assembly,
                port=port,
                business_date=self.business_date.isoformat(),
                firms=self._known_to_providers(),
            ).start()
        with cloud:
            self._console.print(
                f"Local cloud on {cloud.gateway_url} in {cloud.started_seconds:.1f} s: "
                f"{len(cloud.deployed.functions.functions)} functions, "
                f"{len(cloud.deployed.tables)} tables, {len(cloud.deployed.queues)} queues"
            )
            yield cloud

    def play(self, cloud: LocalCloud) -> dict[str, Any]:
        """Set the bank up, send everybody through, answer the report."""
        elapsed = stopwatch()
        bank = read_bank_file(DEMO_BANK)
        with shared_client(cloud.gateway_url) as client:
            admin = BankApi(client, cloud.tokens.issue("admin", bank.bank_id, subject="admin"))
            set_up_bank(admin, bank)
            if external_data.MODULE in cloud.modules:
                with self._console.status("Onboarding data providers 数据服务商上线 …"):
                    external_data.onboard(cloud, client, bank.bank_id)
            with board(self._console, self.count) as shown:
                journeys = run(self.applicants(), _cast(cloud, client, bank, self), shown.tell)
            cloud.wait_until_quiet()
            return self._report(cloud, client, bank, journeys, elapsed())

    def _report(
        self,
        cloud: LocalCloud,
        client: httpx.Client,
        bank: BankFile,
        journeys: Sequence[Journey],
        seconds: float,
    ) -> dict[str, Any]:
        auditor = BankApi(client, cloud.tokens.issue("auditor", bank.bank_id, subject="auditor"))
        verdicts = _verdicts(auditor, journeys)
        balance = auditor.get("/servicing/ledger/trial-balance")
        asked = external_data.Asked()
        times = measure.station_times(asked.watching(_histories(cloud)))
        built = report.build(
            journeys,
            verdicts,
            measure.summary(times),
            {
                "trial_balance_fen": balance["difference_fen"],
                "wall_seconds": round(seconds, 1),
                "external_data": asked.summary(),
                **cloud.counters,
            },
        )
        report.print_report(self._console, built, journeys, verdicts)
        return built

    def archive(self, cloud: LocalCloud) -> None:
        """Export every decision with what it was made from, for when nothing runs any more."""
        with self._console.status("Exporting the archive 导出决策档案 …"):
            count = export_cloud(cloud)
        self._console.print(
            f"Archive 决策档案: {count} decisions in {cloud.state_dir / FOLDER} (sealed). "
            "Afterwards 之后可离线: .venv/bin/puhui replay --all, puhui explain DECISION_ID"
        )

    def say_where_to_look(self, result: dict[str, Any], cloud: LocalCloud, *, kept: bool) -> None:
        """What to do next."""
        self._console.print(
            "[bold]Next 接下来[/]: state machine docs/statemachines, logs "
            f"{cloud.describe()['logs']}"
        )
        if kept:
            example = result["example_application_id"]
            self._console.print(
                f"Serving on {cloud.gateway_url} (API page {cloud.gateway_url}/docs). In another "
                f"terminal: .venv/bin/puhui show {example}"
            )
        else:
            self._console.print("`puhui demo --keep` leaves the local cloud serving to look around")


def _folder(data: Path) -> FirmFolder:
    try:
        return FirmFolder(data)
    except (OSError, FirmFileNotReadable) as error:
        raise NoFirms(f"{error}") from error


def _count(folder: FirmFolder | None, wanted: int | None) -> int:
    if folder is None:
        return wanted or DEFAULT_APPLICANTS
    if len(folder) == 0:
        raise NoFirms("the folder names no firm; the format is described in docs/data-format.md")
    return min(wanted or len(folder), len(folder))


def _cast(cloud: LocalCloud, client: httpx.Client, bank: BankFile, session: Demonstration) -> Cast:
    """The people: each with a token of their own."""
    product, branch = bank.products[0], bank.branches[0].branch_id
    manager_token = cloud.tokens.issue(
        "relationship_manager", bank.bank_id, branch=branch, subject="rm-demo", life_seconds=86_400
    )
    approver_token = cloud.tokens.issue(
        "approver", bank.bank_id, subject="approver-demo", life_seconds=86_400
    )

    def customer(customer_id: str, application_id: str) -> Customer:
        token = cloud.tokens.issue("customer", bank.bank_id, customer=customer_id)
        return Customer(BankApi(client, token), application_id, PATIENCE_SECONDS)

    return Cast(
        manager=RelationshipManager(
            api=BankApi(client, manager_token),
            product_code=product.code,
            consents=tuple(product.required_consents),
            business_date=session.business_date,
            patience_seconds=PATIENCE_SECONDS,
            uploads=external_data.MODULE not in cloud.modules,
        ),
        approver=Approver(BankApi(client, approver_token)),
        customer=customer,
    )


def _verdicts(auditor: BankApi, journeys: Sequence[Journey]) -> dict[str, str]:
    """Risk's first verdict by application; one declined at intake never came before risk."""
    verdicts: dict[str, str] = {}
    for journey in journeys:
        if journey.application_id is None:
            continue
        try:
            decision = auditor.get(f"/risk/applications/{journey.application_id}/decision")
        except ApiRefused as refused:
            if refused.status != NOT_FOUND:
                raise
        else:
            verdicts[journey.application_id] = str(decision["verdict"])
    return verdicts


def _histories(cloud: LocalCloud) -> Iterator[list[dict[str, Any]]]:
    """The history of every execution of the loan application's machine."""
    states = cloud.client("stepfunctions")
    machine = next(
        arn for name, arn in cloud.deployed.state_machines.items() if "loan-application" in name
    )
    for page in states.get_paginator("list_executions").paginate(stateMachineArn=machine):
        for execution in page["executions"]:
            events: list[dict[str, Any]] = []
            for part in states.get_paginator("get_execution_history").paginate(
                executionArn=execution["executionArn"]
            ):
                events.extend(part["events"])
            yield events
