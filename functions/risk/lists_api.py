"""Name lists (名单): proposals, approvals, removals."""

from __future__ import annotations

from puhui.http import ApiRoutes, RequestContext
from risk.desk_wiring import desk
from risk.lists_schemas import (
    EntryBody,
    EntryList,
    EntryQuery,
    EntryView,
    RemovalBody,
    VerdictBody,
)

ENTRY = "/name-lists/entries/{entry_id}"


def include_lists(routes: ApiRoutes) -> None:
    """Declare these routes among others."""
    _include_entries(routes)
    _include_steps(routes)


def _include_entries(routes: ApiRoutes) -> None:
    @routes.post(
        "/name-lists/entries",
        action="risk.propose_entry",
        body=EntryBody,
        returns=EntryView,
        status=201,
        idempotency_key=True,
        summary="名单登记 Propose an entry; it counts once another person approves",
    )
    def propose_entry(context: RequestContext, body: EntryBody) -> EntryView:
        """The same key again answers the same entry."""
        who = context.principal
        command = body.to_command(who.bank_id, who.subject, str(context.idempotency_key))
        return EntryView.of(desk().propose_entry(command))

    @routes.get(
        "/name-lists/entries",
        action="risk.read_lists",
        query=EntryQuery,
        returns=EntryList,
        summary="名单查询 Entries at one stage, the living ones unless asked otherwise",
    )
    def list_entries(context: RequestContext, query: EntryQuery) -> EntryList:
        """By id."""
        found = desk().entries.with_status(context.principal.bank_id, query.status)
        return EntryList(count=len(found), items=tuple(EntryView.of(one) for one in found))

    @routes.get(
        ENTRY,
        action="risk.read_lists",
        returns=EntryView,
        summary="名单条目 One entry",
    )
    def read_entry(context: RequestContext, entry_id: str) -> EntryView:
        """Who proposed and approved it, and why."""
        return EntryView.of(desk().entries.get(context.principal.bank_id, entry_id))


def _include_steps(routes: ApiRoutes) -> None:
    @routes.post(
        f"{ENTRY}/approval",
        action="risk.decide_entry",
        body=VerdictBody,
        returns=EntryView,
        summary="名单审批 Approve or refuse an entry or its removal; another person than who asked",
    )
    def decide_entry(context: RequestContext, body: VerdictBody, entry_id: str) -> EntryView:
        """Four eyes; the next decision sees the change."""
        who = context.principal
        decided = desk().decide_entry(who.bank_id, entry_id, approved=body.approved, by=who.subject)
        return EntryView.of(decided)

    @routes.post(
        f"{ENTRY}/removal",
        action="risk.propose_entry",
        body=RemovalBody,
        returns=EntryView,
        summary="名单移除 Propose to take an entry off; it counts until another person approves",
    )
    def remove_entry(context: RequestContext, body: RemovalBody, entry_id: str) -> EntryView:
        """The reason is kept with the entry."""
        who = context.principal
        proposed = desk().remove_entry(who.bank_id, entry_id, reason=body.reason, by=who.subject)
        return EntryView.of(proposed)
