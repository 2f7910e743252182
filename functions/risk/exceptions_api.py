"""Exceptions (例外) and snoozes (暂停): a rule that does not count, for whom and until when."""

from __future__ import annotations

from puhui.http import ApiRoutes, RequestContext
from risk.desk_wiring import desk
from risk.exceptions_schemas import WaiverBody, WaiverList, WaiverView
from risk.lists_schemas import VerdictBody

WAIVER = "/waivers/{waiver_id}"


def include_exceptions(routes: ApiRoutes) -> None:
    """Declare these routes among others."""
    _include_register(routes)
    _include_steps(routes)


def _include_register(routes: ApiRoutes) -> None:
    @routes.post(
        "/waivers",
        action="risk.propose_waiver",
        body=WaiverBody,
        returns=WaiverView,
        status=201,
        idempotency_key=True,
        summary="登记例外或暂停 Propose that a rule does not count for somebody, for a while",
    )
    def propose_waiver(context: RequestContext, body: WaiverBody) -> WaiverView:
        """The same key again answers the same waiver."""
        who = context.principal
        command = body.to_command(who.bank_id, who.subject, str(context.idempotency_key))
        return WaiverView.of(desk().propose_waiver(command))

    @routes.get(
        "/waivers",
        action="risk.read_waivers",
        returns=WaiverList,
        summary="例外与暂停清单 Every waiver of the bank",
    )
    def list_waivers(context: RequestContext) -> WaiverList:
        """By scope, also those that are over."""
        found = desk().waivers.of_bank(context.principal.bank_id)
        return WaiverList(count=len(found), items=tuple(WaiverView.of(one) for one in found))


def _include_steps(routes: ApiRoutes) -> None:
    @routes.post(
        f"{WAIVER}/approval",
        action="risk.decide_waiver",
        body=VerdictBody,
        returns=WaiverView,
        summary="审批例外或暂停 Approve or refuse; another person than proposed it",
    )
    def decide_waiver(context: RequestContext, body: VerdictBody, waiver_id: str) -> WaiverView:
        """A snooze for the whole bank needs a risk manager or an administrator."""
        decided = desk().decide_waiver(context.principal, waiver_id, approved=body.approved)
        return WaiverView.of(decided)

    @routes.post(
        f"{WAIVER}/revocation",
        action="risk.revoke_waiver",
        body=None,
        returns=WaiverView,
        summary="撤销例外或暂停 The rule counts again from the next decision on",
    )
    def revoke_waiver(context: RequestContext, waiver_id: str) -> WaiverView:
        """One person is enough: it only tightens."""
        who = context.principal
        return WaiverView.of(desk().revoke_waiver(who.bank_id, waiver_id, by=who.subject))
