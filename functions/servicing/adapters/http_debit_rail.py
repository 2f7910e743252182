"""The core bank's debits over signed HTTP."""

from __future__ import annotations

from typing import Final

import httpx
from pydantic import ValidationError

from puhui.contracts.servicing_rail import DebitAnswer, DebitRequest
from servicing.adapters.core_bank_http import CoreBankHttp, refuse_errors, too_large
from servicing.domain.rail.debit import DebitState, DebitWord, RailDebit
from servicing.domain.rail.errors import DebitAnswerInvalid, DebitNotFound

NOT_FOUND: Final = 404


class HttpDebitRail(CoreBankHttp):
    """`servicing.rail_ports.DebitRail`: POST and GET /rail/debits of the bank's core system."""

    def debit(self, order: RailDebit) -> DebitWord:
        """POST the order."""
        request = DebitRequest(
            bank_id=order.bank_id,
            serial_no=order.serial_no,
            amount_fen=order.amount.minor,
            customer_id=order.customer_id,
            reference=order.loan_id,
        )
        return _word(self._send("POST", "/rail/debits", request.model_dump_json().encode()), order)

    def query(self, order: RailDebit) -> DebitWord:
        """GET the serial number; 404 says that the order never arrived."""
        response = self._send("GET", f"/rail/debits/{order.serial_no}", b"")
        if response.status_code == NOT_FOUND:
            raise DebitNotFound(f"the rail does not know {order.serial_no}")
        return _word(response, order)


def _word(response: httpx.Response, order: RailDebit) -> DebitWord:
    refuse_errors(response)
    if too_large(response):
        raise DebitAnswerInvalid("core banking answered with too much", rule="rail.size")
    try:
        answer = DebitAnswer.model_validate_json(response.content)
    except ValidationError as error:
        raise DebitAnswerInvalid("answer outside the protocol", rule="rail.schema") from error
    if (answer.serial_no, answer.amount_fen) != (order.serial_no, order.amount.minor):
        raise DebitAnswerInvalid("answer about another debit", field="serial_no")
    return DebitWord(
        state=DebitState(answer.status), booked_on=answer.booked_on, reason=answer.reason
    )
