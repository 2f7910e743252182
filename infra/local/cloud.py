"""The local cloud: one moto process, real Lambda workers, an event hub and one gateway port."""

from __future__ import annotations

import contextlib
import json
import shutil
import signal
import tempfile
import threading
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from infra.local.assembly import Assembly
from infra.local.clients import Clients
from infra.local.deployed import Deployed
from infra.local.errors import LocalCloudError, UnknownFunction
from infra.local.events import EventHub
from infra.local.faults import Faults
from infra.local.functions import Invocation
from infra.local.gateway import Gateway
from infra.local.intrinsics import Account
from infra.local.lambdas import Lambdas
from infra.local.link import Frame, SupervisorServer
from infra.local.moto_supervision import MotoProcess
from infra.local.overrides import (
    CREDENTIALS,
    STATE_DIR,
    sdk_environment,
    with_local_parameters,
)
from infra.local.pages import DocumentationPages, OidcPages, StatusPages
from infra.local.providers import simulated_providers
from infra.local.proxy import ApiProxy
from infra.local.resources import Deployer, DeploymentOptions
from infra.local.schedules import Clockwork
from infra.local.state_files import announce, forget_old_logs
from infra.local.storage import Storage
from infra.local.tokens import TokenIssuer

if TYPE_CHECKING:
    from sandbox.adapters.provider_firms import FirmsSource


class LocalCloud:
    """Runs a synthesised assembly until it is stopped; use it as a context manager."""

    def __init__(  # noqa: PLR0913  (each is a choice of the person who starts it)
        self,
        assembly_dir: Path,
        *,
        port: int = 0,
        business_date: str = "calendar",
        state_dir: Path = STATE_DIR,
        env: str = "dev",
        account: Account | None = None,
        options: DeploymentOptions | None = None,
        schedules_enabled: bool = False,
        firms: FirmsSource | None = None,
    ) -> None:
        self.assembly_dir = assembly_dir
        self.business_date = business_date
        self.state_dir = state_dir
        self.env = env
        self.account = account or Account()
        self.deployed = Deployed()
        self._wanted_port = port
        self._options = options or DeploymentOptions()
        self._schedules_enabled = schedules_enabled
        self._firms = firms
        self.providers_url: str | None = None
        self._scratch = Path(tempfile.mkdtemp(prefix="puhui-"))
        self._stack = contextlib.ExitStack()
        self.started_seconds = 0.0

    # --- life ---------------------------------------------------------------------------

    def start(self) -> LocalCloud:
        """Start every process and deploy the assembly; a second start changes nothing."""
        if self.started_seconds:
            return self
        started = time.monotonic()
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        self.started_seconds = time.monotonic() - started
        return self

    def stop(self) -> None:
        """Stop every process; nothing of this cloud runs afterwards."""
        self._stack.close()

    def __enter__(self) -> LocalCloud:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _start(self) -> None:
        self._stack.callback(shutil.rmtree, self._scratch, ignore_errors=True)
        self.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        forget_old_logs(self.state_dir)
        self.gateway = Gateway(self._wanted_port)
        self._stack.callback(self.gateway.close)
        self.gateway_url = self.gateway.url
        self._moto = MotoProcess(self.account, CREDENTIALS, self.state_dir / "moto.log")
        self.endpoint = self._moto.endpoint
        self.tokens = TokenIssuer.at(self.state_dir, f"{self.gateway_url}/oidc")
        self.clients = Clients(self.endpoint, self.account.region, CREDENTIALS)
        self._start_processes()
        assembly = Assembly.load(self.assembly_dir)
        self.providers_url = self._stack.enter_context(
            simulated_providers(assembly, self.business_date, self._firms)
        )
        self._moto.wait_ready()
        deployer = Deployer(self.account, self.clients, self._all_options())
        self.deployed = deployer.deploy(assembly)
        self.lambdas.registry.functions.update(self.deployed.functions.functions)
        self._start_events()
        self._open_gateway()

    def _start_processes(self) -> None:
        link = SupervisorServer(self._scratch / "link", self._answer_moto)
        self._stack.callback(link.close)
        self._moto.start(link.path)
        self._stack.callback(self._moto.stop)
        self.lambdas = Lambdas(
            self.deployed.functions,
            region=self.account.region,
            state_dir=self.state_dir,
            endpoints=self.worker_environment(),
        )
        self.lambdas.start()
        self._stack.callback(self.lambdas.stop)

    def _start_events(self) -> None:
        self.hub = EventHub(
            self.deployed, client=self.clients, invoke=self.invoke, faults=self.lambdas.faults
        )
        self.hub.start()
        self._stack.callback(self.hub.stop)
        self.schedules = Clockwork(self.deployed.schedules, self._fire)
        if self._schedules_enabled:
            self.schedules.start()
            self._stack.callback(self.schedules.stop)

    def _open_gateway(self) -> None:
        for api in self.deployed.apis.values():
            proxy = ApiProxy(api, self.account, self.invoke)
            self.gateway.mount(self.deployed.module_of(api), proxy.handle)
        status = StatusPages(self.describe)
        self.gateway.mount("", status.handle)
        self.gateway.mount("health", status.handle)
        self.gateway.mount("oidc", OidcPages(self.tokens).handle)
        self.gateway.mount("docs", DocumentationPages(lambda: self.modules).handle)
        self.gateway.mount("s3", Storage(self._moto.port, CREDENTIALS).handle)
        self.gateway.start()
        self._stack.callback(self.gateway.stop)
        self.lambdas.wait_ready()
        announcement = announce(self.state_dir, self.describe())
        self._stack.callback(announcement.unlink, missing_ok=True)

    # --- what a test or the demo uses ------------------------------------------------------

    @property
    def faults(self) -> Faults:
        """Faults to inject into functions, queues and streams."""
        return self.lambdas.faults

    @property
    def modules(self) -> list[str]:
        """Modules that serve an API."""
        return sorted({self.deployed.module_of(api) for api in self.deployed.apis.values()})

    @property
    def counters(self) -> dict[str, int]:
        """What AWS would bill."""
        with urllib.request.urlopen(f"{self.endpoint}/_puhui/counters", timeout=10) as answer:  # noqa: S310
            counted = json.load(answer)
        return {"lambda_invocations": self.lambdas.invocations, **counted}

    @property
    def process_ids(self) -> list[int]:
        """The processes that this cloud started: moto and the fork server."""
        found = (self._moto.process_id, self.lambdas.process_id)
        return [pid for pid in found if pid is not None]

    def invoke(self, function: str, payload: bytes) -> Invocation:
        """Run a function by name or ARN."""
        return self.lambdas.invoke(function, payload)

    def client(self, service: str) -> Any:
        """A boto3 client of this cloud."""
        return self.clients(service)

    def serve_until_interrupted(self) -> None:
        """Block until SIGINT or SIGTERM; the caller's `with` then stops everything."""
        interrupted = threading.Event()
        before = {
            number: signal.signal(number, lambda *_: interrupted.set())
            for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            while not interrupted.wait(1.0):
                if not self._moto.alive:
                    raise LocalCloudError(f"moto ended by itself; see {self.state_dir}/moto.log")
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def describe(self) -> Mapping[str, Any]:
        """Where everything is, for pages and for other processes."""
        return {
            "gateway_url": self.gateway_url,
            "endpoint": self.endpoint,
            "region": self.account.region,
            "account_id": self.account.account_id,
            "env": self.env,
            "business_date": self.business_date,
            "modules": self.modules,
            "urls": {module: f"{self.gateway_url}/{module}" for module in self.modules},
            "providers_url": self.providers_url,
            "state_machines": self.deployed.state_machines,
            "logs": str(self.state_dir / "logs"),
        }

    def wait_until_quiet(self, timeout_seconds: float = 30.0, calm_seconds: float = 0.3) -> bool:
        """Wait until no event is on its way; human waits of state machines do not count."""
        deadline = time.monotonic() + timeout_seconds
        calm_since = time.monotonic()
        while time.monotonic() < deadline:
            if not self.hub.quiet or self.lambdas.running:
                calm_since = time.monotonic()
            elif time.monotonic() - calm_since >= calm_seconds:
                return True
            time.sleep(0.02)
        return False

    # --- helpers ------------------------------------------------------------------------

    def worker_environment(self) -> dict[str, str]:
        """How a worker reaches this cloud: endpoints and credentials, nothing else."""
        return {
            **sdk_environment(self.account.region),
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ENDPOINT_URL_S3": f"{self.gateway_url}/s3",
        }

    def _all_options(self) -> DeploymentOptions:
        return with_local_parameters(
            self._options,
            env=self.env,
            business_date=self.business_date,
            gateway_url=self.gateway_url,
            tokens=self.tokens,
            providers_url=self.providers_url,
        )

    def _answer_moto(self, head: dict[str, Any], body: bytes) -> Frame | None:
        """What moto asks of us: invocations, and news that need no answer."""
        kind = head["kind"]
        try:
            if kind == "invoke":
                answer = self.invoke(head["function"], body)
                return {"error": answer.error}, answer.payload
            if kind == "invoke_later":
                self.hub.invoke_later(head["function"], body)
                return {}, b""
        except UnknownFunction:
            return {"unknown": True}, b""
        hub = getattr(self, "hub", None)
        if hub is not None:
            hub.notify(kind, head["name"])
        return None

    def _fire(self, target_arn: str, payload: str) -> None:
        service = target_arn.split(":")[2]
        if service == "lambda":
            self.hub.invoke_later(target_arn, payload.encode())
        elif service == "states":
            self.client("stepfunctions").start_execution(
                stateMachineArn=target_arn, name=f"schedule-{time.time_ns()}", input=payload
            )
        elif (queue := self.deployed.queue_by_arn(target_arn)) is not None:
            self.client("sqs").send_message(QueueUrl=queue.url, MessageBody=payload)
