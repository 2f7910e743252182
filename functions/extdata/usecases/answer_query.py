"""Answer a query (回答查询): allowed, known, cached, or asked outside, in this order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from extdata.domain.consent import LiveConsent
from extdata.domain.errors import (
    ConsentMissing,
    PermissionMissing,
    RequestReused,
    RouteTableNotFound,
)
from extdata.domain.permission import AccessRules
from extdata.domain.query import ASKING, Attempt, Query, QueryCommand
from extdata.domain.route import Choice, RouteTable, choose_routes
from extdata.ports import AccessRulebook, Consents, Fingerprints, Queries, RouteTables
from extdata.usecases.ask_route import AskRoute
from extdata.usecases.ask_route import RouteOutcome as Outcome
from extdata.usecases.await_answer import AwaitAnswer
from extdata.usecases.find_cached import FindCached
from extdata.usecases.keep_answer import KeepAnswer
from extdata.usecases.pass_gates import PassGates, gates_of
from puhui.clock import BusinessCalendar, Clock
from puhui.errors import UpstreamUnavailable
from puhui.ids import derived_id, new_id

MIN_BUDGET_MS = 50
"""Less than this of the deadline left is not worth a call."""
TAKE_OVER_MARGIN = timedelta(seconds=5)
"""A run that has not finished this long after its deadline has died; the next one takes over."""
NOT_ARCHIVED = "archive.unavailable"
NANOSECONDS_PER_MS = 1_000_000

Stopwatch = Callable[[], int]
"""Answers monotonic nanoseconds: `time.monotonic_ns`."""


@dataclass(frozen=True)
class AnswerQuery:
    """Get a canonical document about a subject, or a typed reason why there is none.

    Order matters: permission and consent come first, before anything is read about the subject;
    a refusal is recorded like an answer. The whole query keeps within the route table's deadline.
    """

    fingerprints: Fingerprints
    consents: Consents
    rulebook: AccessRulebook
    route_tables: RouteTables
    queries: Queries
    find_cached: FindCached
    pass_gates: PassGates
    ask_route: AskRoute
    await_answer: AwaitAnswer
    keep: KeepAnswer
    clock: Clock
    calendar: BusinessCalendar
    stopwatch: Stopwatch

    def __call__(self, command: QueryCommand) -> Query:
        """Answer the query as it stands now: final, or pending."""
        started = self.stopwatch()
        query = self._asked(command)
        rules = self.rulebook.get(command.bank_id)
        try:
            line = rules.find(command.callers, command.product, command.purpose)
            consent = self.consents.get(command.bank_id, command.consent_id)
            consent.check(
                subject_key=query.subject_key,
                product=command.product,
                purpose=command.purpose,
                today=query.asked_on,
            )
        except (PermissionMissing, ConsentMissing) as refusal:
            return self._refuse(query, self._known(query), refusal.rule or refusal.code)
        query = replace(
            query,
            consent_scope=consent.scope,
            masked_fields=tuple(sorted(line.masked_fields)),
        )
        known = self._known(query)
        if known is not None and self.find_cached.is_dead(query, known.consent_id):
            return self._refuse(query, known, "consent.withdrawn")
        if known is not None and (known.answered or not known.is_being_asked):
            return known if known.answered else self._follow_up(known, command)
        return self._answer(query, known, command, rules, consent, started)

    def _asked(self, command: QueryCommand) -> Query:
        return Query(
            query_id=command.query_id,
            bank_id=command.bank_id,
            request_id=command.request_id,
            caller=command.caller,
            callers=tuple(sorted(command.callers)),
            branch_id=command.branch_id,
            application_id=command.application_id,
            product=command.product,
            subject_key=self.fingerprints.of(command.subject),
            purpose=command.purpose,
            consent_id=command.consent_id,
            correlation_id=command.correlation_id,
            asked_at=self.clock.now(),
            asked_on=self.calendar.today(),
            route_table_version=0,
            status="pending",
            reason=ASKING,
            run_id=new_id("run"),
        )

    def _known(self, query: Query) -> Query | None:
        """What this request became before; the same id may not ask another question."""
        known = self.queries.find(query.bank_id, query.query_id)
        if known is not None and _question(known) != _question(query):
            raise RequestReused(
                "this request id asked another question",
                field="request_id",
                rule="query.request_reused",
            )
        return known

    def _refuse(self, query: Query, known: Query | None, rule: str) -> Query:
        """Record a refusal; a question that was answered before gets a record of its own.

        A pending one is given up, so that what may still come is not used.
        """
        if known is None:
            return self.keep.refused(query, rule)
        if not known.answered and known.attempts:
            return self.keep.refused(self.await_answer.give_up(known, rule), rule)
        again = derived_id("qry", query.query_id, rule, query.asked_on.isoformat())
        return self.keep.refused(replace(query, query_id=again), rule)

    def _follow_up(self, known: Query, command: QueryCommand) -> Query:
        table = self.route_tables.current(known.bank_id, known.product)
        return self.await_answer(known, command.subject, table)

    def _answer(
        self,
        query: Query,
        known: Query | None,
        command: QueryCommand,
        rules: AccessRules,
        consent: LiveConsent,
        started: int,
    ) -> Query:
        """Cache, then gates, then the routes."""
        try:
            table = self.route_tables.current(query.bank_id, query.product)
            if known is not None and query.asked_at < _given_up_at(known, table):
                return known
            version = 0 if known is None else known.version
            query = replace(query, route_table_version=table.version, version=version)
            choices = choose_routes(
                table,
                request_id=query.request_id,
                region_code=command.subject.region_code,
                on=query.asked_on,
            )
        except RouteTableNotFound as none:
            return self.keep.nothing(query, (), none.rule or "route.none", 0)
        cached = self.find_cached(query, table, consent, command.max_age_days)
        if cached is not None:
            stale = (query.asked_on - cached.given_on).days > table.stale_after_days
            return self.keep.from_cache(replace(query, stale=stale), cached, self._ms(started))
        gates = gates_of(query, rules)
        stopped = self.pass_gates(query, gates)
        if stopped is not None:
            return self.keep.refused(query, stopped)
        mine = self.queries.begin(query)
        if mine.run_id != query.run_id:
            self.pass_gates.give_back(query, gates)
            return mine
        return self._ask(mine, command, table, choices, consent, started)

    def _ask(
        self,
        query: Query,
        command: QueryCommand,
        table: RouteTable,
        choices: tuple[Choice, ...],
        consent: LiveConsent,
        started: int,
    ) -> Query:
        """Ask route after route until one answers or the time is up."""
        attempts: list[Attempt] = []
        for number, choice in enumerate(choices, start=1):
            left = table.deadline_ms - self._ms(started)
            if left < MIN_BUDGET_MS:
                break
            try:
                outcome = self.ask_route(
                    query,
                    command.subject,
                    choice,
                    number=number,
                    budget_ms=left,
                    allowed=consent.allows_provider(choice.route.provider_id),
                )
                attempt = self._archived(query, outcome, attempts)
            except UpstreamUnavailable:
                # Our own table, archive or key store failed. What was asked before is kept and
                # metered; where nobody was asked yet the run may be repeated as a whole.
                if not any(one.tries for one in attempts):
                    raise
                break
            attempts.append(attempt)
            if outcome.answer is not None and attempt.outcome == outcome.attempt.outcome:
                return self._ended(query, attempts, outcome, started)
        reason = _reason(attempts)
        return self.keep.nothing(query, attempts, reason, self._own_ms(attempts, started))

    def _archived(self, query: Query, outcome: Outcome, earlier: Sequence[Attempt]) -> Attempt:
        """The attempt with its archive's address; what cannot be archived is never used.

        A first call is then asked again as a whole, under the same number. After other calls that
        were made the record counts more: it keeps the charge.
        """
        try:
            return self.keep.pages(query, outcome)
        except UpstreamUnavailable:
            if not any(one.tries for one in earlier):
                raise
            return replace(outcome.attempt, outcome=NOT_ARCHIVED)

    def _ended(
        self, query: Query, attempts: list[Attempt], outcome: Outcome, started: int
    ) -> Query:
        own = self._own_ms(attempts, started)
        meaning = outcome.answer.meaning if outcome.answer else "miss"
        if meaning == "hit":
            return self.keep.hit(query, attempts, outcome, own)
        if meaning == "pending":
            return self.keep.pending(query, attempts, own)
        return self.keep.miss(query, attempts, own)

    def _ms(self, started: int) -> int:
        return (self.stopwatch() - started) // NANOSECONDS_PER_MS

    def _own_ms(self, attempts: list[Attempt], started: int) -> int:
        """The gateway's own time: all that passed, less what providers took."""
        return max(self._ms(started) - sum(one.provider_ms for one in attempts), 0)


def _question(query: Query) -> tuple[str, str, str]:
    return query.subject_key, query.product, query.purpose


def _given_up_at(known: Query, table: RouteTable) -> datetime:
    """When a run that has not finished is taken for dead, and the next one takes over."""
    return known.asked_at + timedelta(milliseconds=table.deadline_ms) + TAKE_OVER_MARGIN


def _reason(attempts: Sequence[Attempt]) -> str:
    """Why there is no answer: by the last route that was really asked, else by the last one.

    A caller asks again under a new number where nobody was asked; a call that was made and
    failed must not look like that, or it would be made and billed again.
    """
    asked = [one for one in attempts if one.tries]
    last = (asked or attempts)[-1:]
    return last[0].outcome if last else "deadline"
