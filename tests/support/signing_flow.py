"""The whole of signing on fakes: commands in, events worked off, crashes where one wants them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from puhui.clock import FixedBusinessCalendar, FixedClock
from puhui.contracts.signing import PrepareContract as Command
from puhui.tenancy import BankId
from signing.domain.contract import LoanContract
from signing.usecases.deliver_outcome import DeliverOutcome
from signing.usecases.prepare_contract import PrepareContract
from signing.usecases.refuse_contract import RefuseContract
from signing.usecases.request_signature import RequestSignature, SignatureRequest
from signing.usecases.sign_contract import SignContract
from signing.usecases.void_contract import VoidContract
from tests.support.signing import NOON, NORTH, TODAY, a_command, a_party
from tests.support.signing_fakes import (
    AppendingSigner,
    InMemoryContracts,
    InMemoryDrafts,
    InMemoryParties,
    InMemoryVault,
    LineValidator,
    OneSeal,
    PlainTypesetter,
    UnrepeatableCertificates,
    WaitingWorkflow,
)


class Crash(Exception):
    """The function died here."""


class Fuse:
    """Counts port calls and dies before or after a chosen one."""

    def __init__(self, at: int | None = None, *, after: bool = False) -> None:
        self.at = at
        self.after = after
        self.calls = 0

    def around(self, port: Any) -> Any:
        """The same port, each call counted."""
        return _Fused(port, self)

    def run(self, call: Callable[[], Any]) -> Any:
        """Die as planned, once."""
        self.calls += 1
        fatal = self.calls == self.at
        if fatal and not self.after:
            raise Crash
        result = call()
        if fatal:
            raise Crash
        return result


class _Fused:
    def __init__(self, port: Any, fuse: Fuse) -> None:
        self._port = port
        self._fuse = fuse

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._port, name)
        if not callable(found):
            return found
        return lambda *args, **kwargs: self._fuse.run(lambda: found(*args, **kwargs))


class Flow:
    """Signing on fakes; the workflow waits for `token-1`."""

    def __init__(self, fuse: Fuse | None = None, *, lacking: str = "") -> None:
        fused = (fuse or Fuse()).around
        self.clock = FixedClock(NOON)
        self.store = InMemoryContracts()
        self.vault = InMemoryVault(self.clock)
        self.drafts = InMemoryDrafts()
        self.workflow = WaitingWorkflow("token-1")
        self.certificates = UnrepeatableCertificates()
        contracts, workflow = fused(self.store), fused(self.workflow)
        parties = InMemoryParties(a_party())
        self._prepare = PrepareContract(
            contracts=contracts,
            parties=parties,
            typesetter=PlainTypesetter(lacking),
            drafts=fused(self.drafts),
            clock=self.clock,
            calendar=FixedBusinessCalendar(TODAY),
        )
        self._request = RequestSignature(contracts, self.clock)
        self._refuse = RefuseContract(contracts, self.clock)
        self._sign = SignContract(
            contracts=contracts,
            parties=parties,
            drafts=fused(self.drafts),
            vault=fused(self.vault),
            event_certificates=fused(self.certificates),
            bank_seals=fused(OneSeal()),
            signer=fused(AppendingSigner()),
            validator=fused(LineValidator()),
        )
        self._deliver = DeliverOutcome(contracts, workflow)
        self._void = VoidContract(contracts, self.clock)

    def prepare(self, command: Command | None = None, sent_at: datetime = NOON) -> str:
        """Receive a command."""
        return self._prepare(command or a_command(), sent_at)

    @property
    def contract(self) -> LoanContract:
        """The application's current contract."""
        return self.store.current_of(NORTH, "app-1")

    def request(self, sha256: str | None = None) -> LoanContract:
        """The borrower signs what waits."""
        draft = self.contract.draft
        assert draft is not None
        return self._request(
            self.contract,
            SignatureRequest(
                subject="sub-cus-1",
                document_sha256=sha256 or draft.document.sha256,
                cost_disclosure_read=True,
                reading_seconds=30,
            ),
        )

    def refuse(self) -> LoanContract:
        """The borrower says no."""
        return self._refuse(self.contract)

    def sign(self) -> LoanContract:
        """Work off a signature request."""
        return self._sign(NORTH, self.contract.contract_id)

    def deliver(self) -> str:
        """Work off an outcome."""
        return self._deliver(NORTH, self.contract.contract_id).value

    def void(self, bank: BankId = NORTH) -> str:
        """The factory closed the application."""
        return self._void(bank, "app-1")

    def later(self, **by: float) -> datetime:
        """Let time pass."""
        return self.clock.advance(timedelta(**by))


def a_sealed_flow() -> Flow:
    """A contract all the way to its seal, its outcome not yet delivered."""
    flow = Flow()
    flow.prepare()
    flow.request()
    flow.sign()
    return flow
