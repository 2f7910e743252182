"""The desk of the simulated providers: takes a question off the wire, puts the answer on it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from puhui.clock import Clock
from sandbox.adapters.provider_bodies import QuestionUnreadable, content_type, read_question
from sandbox.adapters.provider_content import NOTHING, Content
from sandbox.adapters.provider_firms import NOBODY, FirmsSource, ListedFirms
from sandbox.adapters.provider_jobs import Callback, Courier, Files
from sandbox.adapters.provider_keys import ProviderKeys
from sandbox.adapters.provider_log import CallLog
from sandbox.adapters.provider_security import (
    WINDOW_MS,
    Message,
    Refused,
    open_question,
    secure_answer,
)
from sandbox.domain.applicant import Applicant
from sandbox.domain.providers.billing import CallRecord
from sandbox.domain.providers.faults import BEFORE, CONTENT, FaultPlan, ProviderFault
from sandbox.domain.providers.profile import Endpoint, Profile, Wire

BUSY, ACCEPTED = "系统繁忙，请稍后重试", "已受理"
WRONG_CHARSET = {"utf-8": "gbk", "gb18030": "utf-8"}


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What goes back, and what goes wrong on the way."""

    status: int = 200
    headers: Mapping[str, str]
    body: bytes
    fault: ProviderFault | None = None


@dataclass(frozen=True, kw_only=True)
class _Ask:
    """A question under way."""

    profile: Profile
    endpoint: Endpoint
    request_no: str
    fields: Mapping[str, str]
    fault: str


@dataclass(frozen=True)
class ProviderDesk:
    """Answers for all twelve providers."""

    firms: FirmsSource
    added: ListedFirms
    keys: ProviderKeys
    content: Content
    log: CallLog
    faults: FaultPlan
    files: Files
    courier: Courier
    clock: Clock
    file_delay_seconds: float

    def find(self, number: str) -> Applicant | None:
        """A firm by credit code or ID number; those added from outside come first."""
        if not number or number in NOBODY:
            return None
        return self.added.find(number) or self.firms.find(number)

    def answer(self, profile: Profile, endpoint: Endpoint, message: Message, ready: float) -> Reply:
        """Answer one question; `ready` is the instant from which on a new job's file is ready."""
        fault = self.faults.take(profile.provider_id, "answer", message.request_no)
        kind = "" if fault is None else fault.kind
        codes = profile.codes
        if kind in BEFORE:
            text = self.content.bare(profile, profile.answers, codes.busy, BUSY)
            return replace(self._reply(profile, message, text), fault=fault)
        try:
            ask = self._read(profile, endpoint, message, kind)
            text = self._answered(ask, ready)
        except Refused as refused:
            code = getattr(codes, refused.reason)
            text = self.content.bare(profile, profile.answers, code, str(refused))
        reply = self._reply(profile, message, text, kind)
        return replace(reply, fault=fault)

    def _read(self, profile: Profile, endpoint: Endpoint, message: Message, fault: str) -> _Ask:
        now_ms = int(self.clock.now().timestamp() * 1000)
        if not message.request_no:
            raise Refused("unreadable")
        body = open_question(profile.asks, self.keys.of(profile), message, now_ms)
        try:
            fields = read_question(profile.asks, message.query, body)
        except QuestionUnreadable as error:
            raise Refused("unreadable") from error
        return _Ask(
            profile=profile,
            endpoint=endpoint,
            request_no=message.request_no,
            fields=fields,
            fault=fault,
        )

    def _answered(self, ask: _Ask, ready: float) -> str:
        """Look the firm up, note the call, and write the answer or accept a job."""
        profile, endpoint = ask.profile, ask.endpoint
        applicant = self._firm(ask)
        record = CallRecord(
            request_no=ask.request_no,
            connector_id=endpoint.connector_id,
            called_at=self.clock.now(),
            result="miss" if applicant is None else "hit",
        )
        self.log.note(profile.provider_id, record, _fingerprint(profile, ask.fields))
        if endpoint.mode == "sync":
            return self._text(ask, profile.answers, applicant, "")
        job_id = _job_id(profile, ask.request_no)
        if endpoint.mode == "callback":
            self.courier.take(self._callback(ask, applicant, job_id))
        else:
            self._keep_file(ask, applicant, job_id, ready)
        code = profile.codes.pending
        return self.content.bare(profile, profile.answers, code, ACCEPTED, job_id=job_id)

    def _firm(self, ask: _Ask) -> Applicant | None:
        names = ask.profile.fields
        for name in (names.uscc, names.id_number):
            applicant = self.find(ask.fields.get(name, ""))
            if applicant is not None:
                known = self.content.knows(ask.profile, ask.endpoint, applicant)
                return applicant if known else None
        return None

    def _text(self, ask: _Ask, wire: Wire, applicant: Applicant | None, job_id: str) -> str:
        if applicant is None:
            code = ask.profile.codes.miss
            return self.content.bare(ask.profile, wire, code, NOTHING, job_id=job_id)
        fault = ask.fault if ask.fault in CONTENT else ""
        return self.content.hit(
            ask.profile, ask.endpoint, wire, applicant, ask.fields, job_id=job_id, fault=fault
        )

    def _callback(self, ask: _Ask, applicant: Applicant | None, job_id: str) -> Callback:
        """The delivery of a job's answer, with what was planned to go wrong."""
        profile, wire = ask.profile, ask.profile.callback or Wire()
        url = ask.fields.get(profile.fields.callback_url, "")
        if not url.startswith(("http://", "https://")):
            raise Refused("unreadable")
        fault = self.faults.take(profile.provider_id, "callback", ask.request_no)
        kind = "" if fault is None else fault.kind
        now_ms = int(self.clock.now().timestamp() * 1000)
        if kind == "callback_timestamp":
            now_ms -= 2 * WINDOW_MS
        plain = _encoded(wire, self._text(ask, wire, applicant, job_id), ask.fault)
        message = Message(
            request_no=ask.request_no, headers={"Content-Type": content_type(wire)}, body=plain
        )
        pairs, spoil = self.keys.of(profile), kind == "callback_signature"
        secured = secure_answer(wire, pairs, message, now_ms, spoil=spoil)
        return Callback(
            job_id=job_id,
            url=url,
            headers=secured.headers,
            body=secured.body,
            times=2 if kind == "callback_twice" else 1,
            last=kind == "callback_reordered",
        )

    def _keep_file(self, ask: _Ask, applicant: Applicant | None, job_id: str, ready: float) -> None:
        text = self._text(ask, ask.profile.answers, applicant, job_id)
        message = Message(request_no=ask.request_no)
        reply = self._reply(ask.profile, message, text, ask.fault)
        self.files.keep(job_id, ready + self.file_delay_seconds, reply.headers, reply.body)

    def _reply(self, profile: Profile, message: Message, text: str, fault: str = "") -> Reply:
        wire = profile.answers
        answer = Message(
            request_no=message.request_no,
            headers={"Content-Type": content_type(wire)},
            body=_encoded(wire, text, fault),
        )
        now_ms = int(self.clock.now().timestamp() * 1000)
        spoil = fault == "bad_signature"
        secured = secure_answer(wire, self.keys.of(profile), answer, now_ms, spoil=spoil)
        return Reply(headers=secured.headers, body=secured.body)


def _encoded(wire: Wire, text: str, fault: str) -> bytes:
    encoding = WRONG_CHARSET[wire.encoding] if fault == "wrong_encoding" else wire.encoding
    return text.encode(encoding, errors="replace")


def _fingerprint(profile: Profile, fields: Mapping[str, str]) -> str:
    """What is asked, whichever page of it."""
    names = {profile.fields.page, profile.fields.page_size}
    asked = {name: value for name, value in fields.items() if name not in names}
    return json.dumps(asked, sort_keys=True, ensure_ascii=False)


def _job_id(profile: Profile, request_no: str) -> str:
    """The same order is the same job."""
    digest = hashlib.sha256(f"{profile.provider_id}|{request_no}".encode()).hexdigest()
    return f"JOB{digest[:20].upper()}"
