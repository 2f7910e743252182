"""Stop collection (停催): a complaint or a legal hold stops all contact until it is ended."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.clock import Clock
from puhui.contracts.servicing_collections import ComplaintRaised
from puhui.ids import derived_id
from puhui.tenancy import BankId
from servicing.collections_ports import CollectionFiles
from servicing.domain.collections.errors import StopNotFound
from servicing.domain.collections.file import CollectionFile, same_or_refuse
from servicing.domain.collections.stops import Stop, StopKind

PREFIXES = {StopKind.COMPLAINT: "cmp", StopKind.LEGAL_HOLD: "lgh"}
SAME: tuple[str, ...] = ("text",)


@dataclass(frozen=True, slots=True, kw_only=True)
class StopCommand:
    """Why a debtor is not to be approached; `key` makes a repetition one."""

    bank_id: BankId
    debtor_id: str
    branch_id: str
    loan_id: str
    by: str
    key: str
    kind: StopKind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeCommand:
    """How a complaint was resolved, or why a hold is released."""

    bank_id: BankId
    debtor_id: str
    stop_id: str
    by: str
    kind: StopKind
    text: str


@dataclass(frozen=True)
class StopCollection:
    """Stop and resume; each once, however often it is asked for."""

    files: CollectionFiles
    clock: Clock

    def __call__(self, command: StopCommand) -> Stop:
        stop = Stop(
            stop_id=derived_id(
                PREFIXES[command.kind], command.bank_id, command.loan_id, command.by, command.key
            ),
            kind=command.kind,
            loan_id=command.loan_id,
            by=command.by,
            at=self.clock.now(),
            text=command.text,
        )
        file = self.files.find(command.bank_id, command.debtor_id) or CollectionFile(
            bank_id=command.bank_id, debtor_id=command.debtor_id, branch_id=command.branch_id
        )
        for known in file.stops:
            if known.stop_id == stop.stop_id:
                return same_or_refuse(known, stop, SAME)
        self.files.save(file.stopped(stop), told=_told(file, stop))
        return stop

    def resume(self, command: ResumeCommand) -> Stop:
        """End a stop; one that has ended stays as it was."""
        file = self.files.find(command.bank_id, command.debtor_id)
        if file is None:
            raise StopNotFound(f"no {command.kind.value} {command.stop_id}")
        stop = file.find_stop(command.stop_id, command.kind)
        if not stop.stands:
            return stop
        resumed = file.resumed(stop, command.by, self.clock.now(), command.text)
        self.files.save(resumed)
        return resumed.find_stop(command.stop_id, command.kind)


def _told(file: CollectionFile, stop: Stop) -> list[ComplaintRaised]:
    if stop.kind is not StopKind.COMPLAINT:
        return []
    told = ComplaintRaised(
        complaint_id=stop.stop_id,
        loan_id=stop.loan_id,
        debtor_id=file.debtor_id,
        branch_id=file.branch_id,
        raised_at=stop.at,
    )
    return [told]
