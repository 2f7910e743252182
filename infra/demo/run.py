"""Send a population through the factory: people act in parallel, an approver works beside them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from infra.demo.api import ApiRefused
from infra.demo.people import Approver, Customer, GaveUp, RelationshipManager
from sandbox.domain.applicant import Applicant

APPROVER_PAUSE_SECONDS: Final = 0.5
CONCURRENT_APPLICANTS: Final = 16
"""Firms in the factory at once; more only queue for the two processors of a laptop."""

Watch = Callable[[str, str, str], None]
"""applicant id, name of the firm's persona, what has just happened."""


@dataclass(slots=True)
class Journey:
    """How one firm fared."""

    applicant: str
    persona: str
    requested_fen: int
    application_id: str | None = None
    ending: dict[str, Any] = field(default_factory=dict)
    trouble: str | None = None

    @property
    def finished(self) -> bool:
        """Whether it reached a named outcome."""
        return bool(self.ending.get("outcome"))


@dataclass(frozen=True)
class Cast:
    """Who plays: one manager, one approver, and a customer for every application."""

    manager: RelationshipManager
    approver: Approver
    customer: Callable[[str, str], Customer]
    """customer id and application id → that customer, with their own token."""


def run(applicants: Iterable[Applicant], cast: Cast, watch: Watch) -> list[Journey]:
    """Answer every firm's journey, in the order in which the firms came."""
    done = threading.Event()
    approver = threading.Thread(
        target=_work_off, args=(cast.approver, done, watch), name="approver", daemon=True
    )
    approver.start()
    try:
        return list(_journeys(iter(applicants), cast, watch))
    finally:
        done.set()
        approver.join(timeout=10)


def _journeys(applicants: Iterator[Applicant], cast: Cast, watch: Watch) -> Iterator[Journey]:
    """Keep a few firms in the factory at once; a population is never held in memory whole."""
    journeys: list[Journey] = []
    with ThreadPoolExecutor(CONCURRENT_APPLICANTS, "applicant") as pool:
        running: set[Future[None]] = set()
        for applicant in applicants:
            journey = Journey(
                applicant=applicant.applicant_id,
                persona=applicant.persona_name,
                requested_fen=applicant.amount.minor,
            )
            journeys.append(journey)
            running.add(pool.submit(_travel, applicant, journey, cast, watch))
            if len(running) >= CONCURRENT_APPLICANTS:
                finished, running = wait(running, return_when=FIRST_COMPLETED)
                _raise_unexpected(finished)
        _raise_unexpected(wait(running).done)
    yield from journeys


def _raise_unexpected(finished: Iterable[Future[None]]) -> None:
    for future in finished:
        future.result()


def _travel(applicant: Applicant, journey: Journey, cast: Cast, watch: Watch) -> None:
    def say(what: str) -> None:
        watch(journey.applicant, journey.persona, what)

    try:
        say("intake")
        customer_id, journey.application_id = cast.manager.bring_in(applicant)
        customer = cast.customer(customer_id, journey.application_id)
        journey.ending = customer.follow(say)
        say(f"closed:{journey.ending['outcome']}")
    except (ApiRefused, GaveUp, httpx.HTTPError) as trouble:
        journey.trouble = str(trouble)
        say("stuck")


def _work_off(approver: Approver, done: threading.Event, watch: Watch) -> None:
    while not done.is_set():
        try:
            approver.work_once()
        except (ApiRefused, httpx.HTTPError) as trouble:
            watch("approver", "审批人", f"trouble: {trouble}")
        done.wait(APPROVER_PAUSE_SECONDS)


def stopwatch() -> Callable[[], float]:
    """Seconds since it was made."""
    started = time.perf_counter()
    return lambda: time.perf_counter() - started
