"""Queries over the API: ask, look, read the document, replay; and where providers deliver."""

from __future__ import annotations

from extdata.query_schemas import (
    CallbackTaken,
    DocumentView,
    QueryBody,
    QueryView,
    ReplayView,
)
from extdata.wiring import wiring
from puhui import tenancy
from puhui.http import ApiRoutes, RequestContext
from puhui.identity import Protected
from puhui.observability import metrics

MAX_CALLBACK_BYTES = 5 * 1024 * 1024
"""Below API Gateway's own 10 MB, base64 included; a longer answer is delivered as a file."""


def include_queries(routes: ApiRoutes) -> None:
    """Declare the routes of queries among others."""
    _include_asking(routes)
    _include_reading(routes)
    _include_callbacks(routes)


def _include_asking(routes: ApiRoutes) -> None:
    @routes.post(
        "/queries",
        action="extdata.ask",
        body=QueryBody,
        returns=QueryView,
        summary="查询外部数据 Ask for a product about a subject, once per request id",
    )
    def ask(context: RequestContext, body: QueryBody) -> QueryView:
        """A document or a typed reason; a pending query is asked again under its request id."""
        command = body.to_command(context.principal, context.correlation_id)
        context.authorise(Protected(bank_id=command.bank_id, branch=command.branch_id))
        return QueryView.of(wiring().gateway.answer_query(command), wiring().calendar.today())


def _include_reading(routes: ApiRoutes) -> None:
    @routes.get(
        "/queries/{query_id}",
        action="extdata.read_query",
        returns=QueryView,
        summary="查询记录 One query and everything that explains its answer",
    )
    def read_query(context: RequestContext, query_id: str) -> QueryView:
        """Reading asks nobody; branch staff see their own branch's."""
        query = wiring().queries.get(context.principal.bank_id, query_id)
        context.authorise(Protected(bank_id=query.bank_id, branch=query.branch_id))
        return QueryView.of(query, wiring().calendar.today())

    @routes.get(
        "/queries/{query_id}/document",
        action="extdata.read_document",
        returns=DocumentView,
        summary="查询结果文件 The canonical document, as long as the consent lives",
    )
    def read_document(context: RequestContext, query_id: str) -> DocumentView:
        """Up to 64 KB inline; a larger document as a reference."""
        query = wiring().queries.get(context.principal.bank_id, query_id)
        context.authorise(Protected(bank_id=query.bank_id, branch=query.branch_id))
        return DocumentView.of(*wiring().gateway.read_document(query.bank_id, query_id))

    @routes.post(
        "/queries/{query_id}/replay",
        action="extdata.replay_query",
        body=None,
        returns=ReplayView,
        summary="重放 Map the archived answer again, without any call",
    )
    def replay_query(context: RequestContext, query_id: str) -> ReplayView:
        """Whether the archive still gives the document of then, byte for byte."""
        return ReplayView.of(wiring().gateway.replay_query(context.principal.bank_id, query_id))


def _include_callbacks(routes: ApiRoutes) -> None:
    @routes.post(
        "/callbacks/{bank_id}/{connector_id}",
        public=True,
        body=None,
        raw=True,
        returns=CallbackTaken,
        max_body_bytes=MAX_CALLBACK_BYTES,
        summary="接收回调 Where providers deliver; every delivery is signed as its connector says",
    )
    def receive_callback(context: RequestContext, bank_id: str, connector_id: str) -> CallbackTaken:
        """Delivered twice is taken once; a forged or old delivery is refused."""
        outcome = wiring().gateway.receive_callback(
            tenancy.bank_id(bank_id),
            connector_id,
            headers=context.headers,
            path=context.full_path,
            body=context.raw_body,
        )
        metrics.count(f"Callback{outcome.title()}")
        return CallbackTaken()
