"""The local cloud in one process: moto's mock and the real handlers, pumped step by step.

For workflow and component tests: no workers; nothing moves between two calls of the test but
state machines. One loopback port serves token keys and the simulated outside parties.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import httpx

from infra.local.assembly import Assembly
from infra.local.deployed import Deployed
from infra.local.errors import LocalCloudError, UnknownFunction
from infra.local.events import make_sources
from infra.local.forms import form_message, json_message
from infra.local.functions import FunctionSpec
from infra.local.gateway import Gateway
from infra.local.inprocess_executions import Executions
from infra.local.inprocess_pump import Pump
from infra.local.inprocess_runtime import InProcessRuntime
from infra.local.intrinsics import Account
from infra.local.overrides import (
    CREDENTIALS,
    EXTDATA,
    SANDBOX,
    sdk_environment,
    with_local_parameters,
)
from infra.local.pages import OidcPages
from infra.local.providers import simulated_providers
from infra.local.proxy import ApiProxy, Response
from infra.local.resources import Deployer, DeploymentOptions
from infra.local.tokens import TokenIssuer
from infra.local.uploads import check_form_upload

MAX_ROUNDS = 1000
CALM_SECONDS = 0.05
PAUSE_SECONDS = 0.005
LOOK_SECONDS = 1.0
"""How often a waiting test looks where there is no news."""
OUTSIDE_TIMEOUT_SECONDS = 60.0


class InProcessCloud(Executions):
    """Deploys an assembly into moto's mock and runs its handlers here."""

    def __init__(
        self,
        assembly_dir: Path,
        *,
        business_date: str = "calendar",
        env: str = "dev",
        account: Account | None = None,
        options: DeploymentOptions | None = None,
        retry_delay_scale: float = 0.01,
    ) -> None:
        self.assembly_dir = assembly_dir
        self.business_date = business_date
        self.env = env
        self.account = account or Account()
        self.deployed = Deployed()
        self._runtime = InProcessRuntime(
            lambda: self.deployed.functions.functions,
            lambda name: self.deployed.functions.find(name),
            sdk_environment(self.account.region),
        )
        self.faults = self._runtime.faults
        self._options = options or DeploymentOptions()
        self._retry_delay_scale = retry_delay_scale
        self._clients: dict[str, Any] = {}
        self._stack = ExitStack()
        self._next_look = 0.0

    def __enter__(self) -> InProcessCloud:
        try:
            self._start()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def _start(self) -> None:
        from moto import mock_aws

        from infra.local import moto_shims

        state = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="puhui-")))
        before = dict(os.environ)
        self._stack.callback(_restore_environment, before)
        os.environ.update(sdk_environment(self.account.region))
        config: Any = {"core": {"mock_credentials": False, "reset_boto3_session": True}}
        self._stack.enter_context(mock_aws(config=config))
        moto_shims.install(self._runtime, retry_delay_scale=self._retry_delay_scale)
        self._stack.callback(moto_shims.uninstall)
        moto_shims.states.make_clients(self.account.region)
        forget = self._runtime.image.forget_everything
        forget()
        self._stack.callback(forget)
        self._stack.callback(self._runtime.image.close)
        self.gateway = Gateway(0)
        self._stack.callback(self.gateway.close)
        self.tokens = TokenIssuer.at(state, f"{self.gateway.url}/oidc")
        assembly = Assembly.load(self.assembly_dir)
        providers = simulated_providers(assembly, self.business_date, on_demand=True)
        self.providers_url = self._stack.enter_context(providers)
        self.deployed = Deployer(self.account, self.client, self._all_options()).deploy(assembly)
        self._stack.callback(self._stop_executions)
        self._open_gateway()

    def _open_gateway(self) -> None:
        """For what handlers call over HTTP, token keys and simulated parties, and for callbacks.

        A running handler waits for the simulated parties, so they run beside it; a provider's
        callback is nobody's to wait for and takes its turn.
        """
        self._proxies: dict[str, ApiProxy] = {}
        for api in self.deployed.apis.values():
            module = self.deployed.module_of(api)
            self._proxies[module] = ApiProxy(api, self.account, self._runtime.run)
            waits = partial(self._runtime.run, nested=module == SANDBOX)
            self.gateway.mount(module, ApiProxy(api, self.account, waits).handle)
        self.gateway.mount("oidc", OidcPages(self.tokens).handle)
        self.gateway.start()
        self._stack.callback(self.gateway.stop)

    # --- what a test uses -----------------------------------------------------------------

    def client(self, service: str) -> Any:
        """A boto3 client of the mock."""
        if service not in self._clients:
            import boto3

            # Making a client reads the whole environment, which a handler in a thread changes.
            with self._runtime.image.at_rest():
                self._clients[service] = boto3.client(service, region_name=self.account.region)
        return self._clients[service]

    @property
    def invocations(self) -> Sequence[tuple[str, Any]]:
        """Every call so far: function name and payload."""
        return self._runtime.invocations

    def call(self, function: str, payload: Any) -> Any:
        """Run a function by the end of its name; return its JSON, or raise what it raised."""
        name = self.function_named(function).name
        answer = self._runtime.run(name, json.dumps(payload).encode())
        if not answer.failed:
            return answer.json()
        raise LocalCloudError(f"{function}: {answer.payload.decode()}")

    def function_named(self, name: str) -> FunctionSpec:
        """The function whose name is or ends with this."""
        found = [
            spec
            for spec in self.deployed.functions.functions.values()
            if spec.name == name or spec.name.endswith(f"-{name}")
        ]
        if len(found) != 1:
            raise UnknownFunction(f"{name}: {[spec.name for spec in found]}")
        return found[0]

    def request(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        body: Any = None,
        raw: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Call `/module/route` as a client would, authorizer included."""
        module, _, rest = path.lstrip("/").partition("/")
        content = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        message = json_message(method, f"/{rest}", content, token=token, headers=headers or {})
        return self._proxies[module].handle(message, message.path)

    def upload(self, form: Mapping[str, Any], content: bytes) -> str:
        """Send a presigned form with a file; raises UploadRefused as S3 would refuse it."""
        url = urlsplit(form["url"])
        bucket = next(b for b in self.deployed.buckets if b in f"{url.netloc}{url.path}")
        message = form_message(url.path or "/", form["fields"], content)
        upload = check_form_upload(message, bucket, CREDENTIALS, datetime.now(UTC))
        extra = {}
        if "content-type" in upload.fields:
            extra["ContentType"] = upload.fields["content-type"]
        self.client("s3").put_object(Bucket=bucket, Key=upload.key, Body=upload.content, **extra)
        return upload.key

    def deliver_all(self) -> int:
        """Deliver queues, streams and asynchronous events until none is left; return how many."""
        total = 0
        for _ in range(MAX_ROUNDS):
            delivered = self._pump.deliver_news() or self._look_everywhere()
            if not delivered:
                return total
            total += delivered
        raise LocalCloudError("events go round in a circle")

    def _deliver_some(self) -> int:
        """One round where there is news, and everywhere now and then."""
        delivered = self._pump.deliver_news()
        if delivered or time.monotonic() < self._next_look:
            return delivered
        self._next_look = time.monotonic() + LOOK_SECONDS
        return self._look_everywhere()

    def _look_everywhere(self) -> int:
        return self._pump.look_everywhere() + self._deliver_callbacks()

    def _deliver_callbacks(self) -> int:
        """What the simulated data providers promised to deliver, here and now."""
        if self.providers_url is None or EXTDATA not in self._proxies:
            return 0
        answer = self._outside.post(f"{self.providers_url}/callbacks/deliver", json={})
        return len(answer.raise_for_status().json()["delivered"])

    def settle(self, timeout_seconds: float = 60.0) -> None:
        """Pump until state machines have ended or wait for somebody, and nothing is on its way."""
        deadline = time.monotonic() + timeout_seconds
        begun, total, seen, since = self._progress(), 0, -1, time.monotonic()
        while time.monotonic() < deadline:
            delivered = self._deliver_some()
            total, progress = total + delivered, self._progress()
            if delivered or progress != seen:
                seen, since = progress, time.monotonic()
            elif time.monotonic() - since > CALM_SECONDS:
                if not self._moving() and not self.deliver_all():
                    return
                since = time.monotonic()
            time.sleep(PAUSE_SECONDS)
        raise self._restless(f"{total} deliveries, {self._progress() - begun} calls and events")

    def wait_for(self, arn: str, *, timeout_seconds: float = 20.0) -> dict[str, Any]:
        """Pump until an execution has ended: a deadline passes in real time."""
        deadline = time.monotonic() + timeout_seconds
        while time.monotonic() < deadline:
            self._deliver_some()
            described = self.execution(arn)
            if described["status"] != "RUNNING":
                return described
            time.sleep(PAUSE_SECONDS)
        raise LocalCloudError("the execution did not end in time")

    @cached_property
    def _outside(self) -> httpx.Client:
        return self._stack.enter_context(httpx.Client(timeout=OUTSIDE_TIMEOUT_SECONDS))

    @cached_property
    def _pump(self) -> Pump:
        sources = make_sources(
            self.deployed,
            client=self.client,
            invoke=self._runtime.run,
            faults=self.faults,
            retry_after_seconds=0,
            wait=lambda seconds: None,
        )
        return Pump(sources, self._runtime)

    def _progress(self) -> int:
        from infra.local.moto_shims.states import COUNTERS

        return len(self._runtime.invocations) + COUNTERS.history_events

    def _all_options(self) -> DeploymentOptions:
        return with_local_parameters(
            self._options,
            env=self.env,
            business_date=self.business_date,
            gateway_url=self.gateway.url,
            tokens=self.tokens,
            providers_url=self.providers_url,
        )


def _restore_environment(before: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(before)
