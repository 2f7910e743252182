"""The back office of the simulated providers: onboarding kits, statements, faults, health."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from puhui.errors import Unprocessable
from sandbox.adapters.provider_desk import ProviderDesk, Reply
from sandbox.adapters.provider_firms import UNKNOWN_SUBJECT
from sandbox.adapters.provider_security import Message
from sandbox.domain.applicant import Applicant
from sandbox.domain.providers.faults import ProviderFault, random_plan
from sandbox.domain.providers.profile import Profile
from sandbox.domain.providers.profiles import PROFILES

if TYPE_CHECKING:
    from sandbox.adapters.provider_server import ProviderServer

SIMULATED = "沙箱模拟 simulated"
MAX_LOOKED_AT = 60
"""Firms looked at for one that a provider knows."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHARSETS = ("utf-8", "gb18030")
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


def reply(providers: ProviderServer, message: Message) -> Reply:
    """Answer whatever is not a provider's own path."""
    try:
        return _reply(providers, message)
    except (Unprocessable, ValueError) as error:
        rule = error.rule if isinstance(error, Unprocessable) else "json"
        return _json(422, {"status": SIMULATED, "rule": rule})


def onboarding_kit(desk: ProviderDesk, profile: Profile) -> dict[str, Any]:
    """The provider's keys for the bank, and subjects for tests: one known, one unknown."""
    known = _known_subject(desk, profile)
    return {
        "status": SIMULATED,
        "provider_id": profile.provider_id,
        "name": profile.name,
        "keys": desk.keys.onboarding_kit(profile),
        "test_subjects": {"known": known, "unknown": UNKNOWN_SUBJECT},
    }


def subject_of(applicant: Applicant) -> dict[str, str | None]:
    """A firm as the bank's query names it."""
    party = applicant.party
    return {
        "kind": party.kind,
        "name": party.name,
        "uscc": party.uscc,
        "id_number": party.legal_person_id,
        "phone": party.phone,
        "person_name": party.legal_person_name,
        "account": party.payout_account,
        "address": party.address,
        "region_code": party.region_code,
    }


def _reply(providers: ProviderServer, message: Message) -> Reply:
    _, head, *rest = message.path.split("/")
    provider_id = rest[0] if rest else ""
    place = (message.method, head)
    if place == ("GET", "health"):
        return _json(200, {"status": SIMULATED, "providers": sorted(PROFILES)})
    if place == ("POST", "faults"):
        return _plan(providers, json.loads(message.body))
    if place == ("DELETE", "faults"):
        return _json(200, {"status": SIMULATED, "cleared": providers.faults.clear()})
    if place == ("POST", "callbacks"):
        return _json(200, {"status": SIMULATED, "delivered": providers.deliver_pending()})
    if provider_id in PROFILES and message.method == "GET":
        return _about(providers, PROFILES[provider_id], head, message.query)
    return _json(404, {"status": SIMULATED, "rule": "path"})


def _about(providers: ProviderServer, profile: Profile, what: str, query: str) -> Reply:
    """What there is about one provider: its kit, its statements."""
    if what == "onboarding":
        return _json(200, providers.onboarding(profile.provider_id))
    if what == "statements":
        return _statement(providers, profile, query)
    return _json(404, {"status": SIMULATED, "rule": "path"})


def _plan(providers: ProviderServer, plan: dict[str, Any]) -> Reply:
    """One fault, or faults by chance: {"kind": "random", "probability_permille": 30}."""
    if not isinstance(plan, dict):
        raise Unprocessable("not a fault", field="fault", rule="fault.fields")
    if plan.get("provider_id", "*") not in {"*", *PROFILES}:
        raise Unprocessable("no such provider", field="provider_id", rule="fault.provider")
    if plan.get("kind") == "random":
        chosen = plan.get("provider_id", "*")
        names = sorted(PROFILES) if chosen == "*" else [chosen]
        faults = random_plan(names, int(plan.get("probability_permille", 30)))
    else:
        faults = [ProviderFault.read(plan)]
    providers.plan(*faults)
    return _json(201, {"status": SIMULATED, "planned": len(faults)})


def _statement(providers: ProviderServer, profile: Profile, query: str) -> Reply:
    options = {name: values[-1] for name, values in parse_qs(query).items()}
    month, form = options.get("month", ""), options.get("format", "csv")
    charset = options.get("encoding", "utf-8")
    if not _MONTH.fullmatch(month) or form not in {"csv", "xlsx"} or charset not in CHARSETS:
        raise Unprocessable("month, format or encoding", field="query", rule="statement.query")
    if form == "xlsx":
        body = providers.statements.as_xlsx(profile, month)
        return Reply(headers={"Content-Type": XLSX}, body=body)
    body = providers.statements.as_csv(profile, month, charset)
    return Reply(headers={"Content-Type": f"text/csv; charset={charset}"}, body=body)


def _known_subject(desk: ProviderDesk, profile: Profile) -> dict[str, str | None] | None:
    """The first firm that every interface of the provider knows."""
    for index, applicant in enumerate(desk.firms.some()):
        if all(desk.content.knows(profile, e, applicant) for e in profile.endpoints):
            return subject_of(applicant)
        if index >= MAX_LOOKED_AT:
            break
    return None


def _json(status: int, value: dict[str, Any]) -> Reply:
    body = json.dumps(value, ensure_ascii=False).encode()
    return Reply(status=status, headers={"Content-Type": "application/json"}, body=body)
