"""Risk's API: decisions with their reasons, models, indicators; the desks' routes beside it."""

from __future__ import annotations

from puhui.http import ApiRoutes, RequestContext
from puhui.identity import Protected
from risk.decision_api import include_decisions
from risk.domain.indicators.library import ALL_DEFINITIONS, LIBRARY_SHA256
from risk.domain.models.catalogue import CATALOGUE
from risk.exceptions_api import include_exceptions
from risk.lists_api import include_lists
from risk.policies_api import include_policies
from risk.policy import POLICY
from risk.review_api import include_reviews
from risk.schemas import IndicatorList, IndicatorView, ModelList, ModelView
from risk.wiring import wiring

routes = ApiRoutes("risk", policy=POLICY)
include_decisions(routes)
include_lists(routes)
include_exceptions(routes)
include_policies(routes)
include_reviews(routes)


@routes.get(
    "/models",
    action="risk.list_models",
    returns=ModelList,
    summary="模型清单与模型卡 The served models with their cards",
)
def list_models(context: RequestContext) -> ModelList:
    """The 28 models of the catalogue."""
    context.authorise(Protected(bank_id=context.principal.bank_id))
    cards = wiring().cards
    return ModelList(items=tuple(ModelView.of(cards.document(one.id)) for one in CATALOGUE))


@routes.get(
    "/indicators",
    action="risk.list_indicators",
    returns=IndicatorList,
    summary="指标库 The indicator library",
)
def list_indicators(context: RequestContext) -> IndicatorList:
    """Every indicator with its definition and the models that use it."""
    context.authorise(Protected(bank_id=context.principal.bank_id))
    users = wiring().cards.users
    return IndicatorList(
        count=len(ALL_DEFINITIONS),
        library_sha256=LIBRARY_SHA256,
        items=tuple(
            IndicatorView.of(definition, users.get(definition.id, ()))
            for definition in ALL_DEFINITIONS
        ),
    )


app = routes.app()
