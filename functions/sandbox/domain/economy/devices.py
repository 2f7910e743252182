"""Device facts of a member: the usual ones, and what its persona leaves on phones and forms."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from sandbox.domain.economy.member import Member
from sandbox.domain.providers.books import Books
from sandbox.domain.providers.facts import Facts, Row
from sandbox.domain.providers.facts_standing import device_facts

RING_MEMBERS = 400
"""Members of one segment whose indices lie so close may belong to one ring."""
WINDOW_DAYS = 90
FAILING = ("three_factor", "bank_card", "name_id", "liveness")


def device_facts_of(member: Member, books: Books) -> Facts:
    """Events of others on the same phone and place, the form's behaviour, identity checks."""
    facts = device_facts(books)
    rng = member.rng("device traces")
    facts.tables["events"] += [*_others(member, books, rng, facts.tables["events"][0])]
    facts.tables["forms"] = [_form(member, rng, row) for row in facts.tables["forms"]]
    facts.tables["checks"] = [_check(member, rng, row) for row in facts.tables["checks"]]
    return facts


def _others(member: Member, books: Books, rng: Random, own: Row) -> list[Row]:
    """Others who used the phone, applied in the same place, or stood beside our staff."""
    traces, rows = member.persona.traces, []
    percent, low, high = traces.shared_device
    shared = rng.randint(low, high) if rng.randrange(100) < percent else 0
    device = own["device"]
    if member.persona.code == "ring" and shared:
        device = f"dv-ring-{member.segment}-{member.index // RING_MEMBERS:05d}"
        rows.append(own | {"device": device, "kind": "login"})
    for number in range(shared):
        account = f"ac-{member.index // RING_MEMBERS:06d}{number:06d}"
        rows.append(_event(books, rng, own, account=account, device=device))
    percent, low, high = traces.crowded_grid
    crowd = rng.randint(low, high) if rng.randrange(100) < percent else 0
    for number in range(crowd):
        place = {"ip": own["ip"]} if rng.randrange(3) == 0 else {"ip": f"ip-{number:08d}"}
        account = f"ac-c{member.index:06d}{number:05d}"
        rows.append(_event(books, rng, own, account=account, device=f"dv-c{number:08d}", **place))
    if rng.randrange(100) < traces.beside_staff_percent:
        rows.append(_event(books, rng, own, account="ac-staff", device="dv-staff", staff=True))
    return rows


def _event(books: Books, rng: Random, own: Row, **changes: object) -> Row:
    day = books.as_of - timedelta(days=rng.randrange(1, WINDOW_DAYS))
    hour = rng.randrange(7, 24)
    return own | {"happened_on": day, "happened_hour": hour, "kind": "apply"} | changes


def _form(member: Member, rng: Random, row: Row) -> Row:
    traces = member.persona.traces
    spans = {"fill_time": traces.fill_seconds, "edits": traces.edits, "paste": traces.pastes}
    span = spans.get(row["measure"])
    return row if span is None else row | {"value": rng.randint(*span)}


def _check(member: Member, rng: Random, row: Row) -> Row:
    traces = member.persona.traces
    if row["kind"] == "number_age":
        return row | {"months": rng.randint(*traces.number_months)}
    if row["kind"] == "face":
        score = rng.randint(*traces.face_score)
        return row | {"score": score, "result": "pass" if score >= 700 else "fail"}
    if row["kind"] in FAILING and rng.randrange(1_000) < traces.failed_check_permille:
        return row | {"result": rng.choice(("fail", "unknown"))}
    return row
