"""Calls the API of loan books: who asks, what is asked for, who decides."""

from __future__ import annotations

from typing import Any

from puhui.identity import Principal
from servicing.api import app
from tests.support.api import Answer, a_customer, a_principal, call

OPERATOR = a_principal("operator")
FINANCE = a_principal("finance")
MAKER = a_principal("collector", branch="b1", subject="maker-1")
CHECKER = a_principal("approver", subject="checker-1")
OWNER = a_customer("cus-1")
INSTALMENT_FEN = 25_592_97


def post(
    path: str, body: dict[str, Any] | None, principal: Principal, key: str = "k-1", **values: str
) -> Answer:
    """Ask for something to happen."""
    headers = {"Idempotency-Key": key}
    return call(app, "POST", path, principal=principal, body=body, values=values, headers=headers)


def get(path: str, principal: Principal, query: Any = None, **values: str) -> Answer:
    """Read something."""
    return call(app, "GET", path, principal=principal, values=values, query=query)


def repay(loan_id: str, fen: int = INSTALMENT_FEN, key: str = "k-1", **body: Any) -> Answer:
    """An operator enters a repayment."""
    return post(
        "/loans/{loan_id}/repayments", {"amount_fen": fen, **body}, OPERATOR, key, loan_id=loan_id
    )


WAIVER = {"component": "interest", "amount_fen": 100, "reason": "困难减免"}


def ask(loan_id: str, path: str = "waivers", body: dict[str, Any] | None = None) -> Answer:
    """The maker asks for a change."""
    return post(f"/loans/{{loan_id}}/{path}", body or WAIVER, MAKER, loan_id=loan_id)


def decide(loan_id: str, request_id: str, how: str, who: Principal = CHECKER) -> Answer:
    """Somebody decides on a request."""
    body = {"reason": "材料不全"} if how == "rejection" else {}
    return call(
        app,
        "POST",
        f"/loans/{{loan_id}}/change-requests/{{request_id}}/{how}",
        principal=who,
        body=body,
        values={"loan_id": loan_id, "request_id": request_id},
    )
