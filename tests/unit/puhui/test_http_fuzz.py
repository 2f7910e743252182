"""Whatever is sent, the answer is one of the table: never a bare 500, never somebody's data."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from puhui.contracts.common import PositiveFen
from puhui.contracts.signing import PrepareContract
from puhui.http import ApiRoutes, RequestContext
from puhui.identity import allow
from tests.support.api import a_principal, call, proxy_event

routes = ApiRoutes("fuzzing", policy={"fuzzing.do": allow("auditor")})


class Body(PrepareContract):
    """The largest command that we have, and one field more."""

    more_fen: PositiveFen


@routes.post("/things/{thing_id}", action="fuzzing.do", body=Body, returns=Body)
def do(context: RequestContext, body: Body, thing_id: str) -> Body:
    """Give it back."""
    return body


app = routes.app()
AUDITOR = a_principal("auditor")
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
FIELDS = st.dictionaries(st.sampled_from([*Body.model_fields, "x"]), JSON, max_size=6)
REFUSED = {400, 413, 415, 422}


@given(st.text() | JSON.map(json.dumps) | FIELDS.map(json.dumps))
def test_any_body_is_refused_by_name(raw: str) -> None:
    answer = call(
        app, "POST", "/things/{thing_id}", values={"thing_id": "t1"}, raw=raw, principal=AUDITOR
    )

    assert answer.status in REFUSED
    assert answer.error["rule"]


@given(st.text(), st.dictionaries(st.text(), st.text(), max_size=4))
def test_any_path_value_and_headers_are_answered(value: str, headers: dict[str, str]) -> None:
    answer = call(
        app,
        "POST",
        "/things/{thing_id}",
        values={"thing_id": value},
        headers=headers,
        principal=AUDITOR,
        raw="{}",
    )

    assert answer.status in REFUSED | {404}


PARTS = st.sampled_from(sorted(proxy_event("POST", "/things/{thing_id}")))


@given(st.dictionaries(PARTS, JSON, max_size=4), st.sets(PARTS, max_size=4))
def test_any_event_is_answered_in_our_shape(changes: dict[str, Any], left_out: set[str]) -> None:
    whole = {**proxy_event("POST", "/things/{thing_id}", principal=AUDITOR), **changes}
    event = {name: part for name, part in whole.items() if name not in left_out}

    answer = app(event, None)

    assert set(json.loads(answer["body"])) == {"error"}
    assert answer["statusCode"] < 500
    assert answer["headers"]["X-Correlation-Id"]
