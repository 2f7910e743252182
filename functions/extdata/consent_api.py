"""Consents over the API: paper consents that a data steward registers, and how they stand."""

from __future__ import annotations

from extdata.consent_schemas import ConsentBody, ConsentView
from extdata.wiring import wiring
from puhui.http import ApiRoutes, RequestContext


def include_consents(routes: ApiRoutes) -> None:
    """Declare the routes of consents among others."""

    @routes.put(
        "/consents/{consent_id}",
        action="extdata.keep_consent",
        body=ConsentBody,
        returns=ConsentView,
        summary="登记授权 Register a paper consent",
    )
    def keep_consent(context: RequestContext, body: ConsentBody, consent_id: str) -> ConsentView:
        """Terms are kept once; telling the same again changes nothing."""
        given = body.to_domain(context.principal.bank_id, consent_id)
        return ConsentView.of(wiring().keep_consent(given), wiring().calendar.today())

    @routes.post(
        "/consents/{consent_id}/withdrawal",
        action="extdata.withdraw_consent",
        body=None,
        returns=ConsentView,
        summary="撤回授权 End a consent at once, for good",
    )
    def withdraw_consent(context: RequestContext, consent_id: str) -> ConsentView:
        """No query, no cached answer, no document under it any more."""
        ended = wiring().withdraw_consent(context.principal.bank_id, consent_id)
        return ConsentView.of(ended, wiring().calendar.today())

    @routes.get(
        "/consents/{consent_id}",
        action="extdata.read_consent",
        returns=ConsentView,
        summary="授权状态 How a consent stands today",
    )
    def read_consent(context: RequestContext, consent_id: str) -> ConsentView:
        """Terms and state; whom it is about is not answered."""
        found = wiring().consents.get(context.principal.bank_id, consent_id)
        return ConsentView.of(found, wiring().calendar.today())
