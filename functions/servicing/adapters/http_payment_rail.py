"""The core bank's final word on a payment order that we no longer wait for."""

from __future__ import annotations

import httpx
from pydantic import ValidationError

from puhui.contracts.servicing_rail import PaymentCancellation, PaymentFinalWord
from servicing.adapters.core_bank_http import CoreBankHttp, refuse_errors, too_large
from servicing.domain.rail.errors import PaymentAnswerInvalid
from servicing.domain.transfers import Transfer
from servicing.rail_ports import PaymentWord


class HttpPaymentRail(CoreBankHttp):
    """`servicing.rail_ports.PaymentRail`: POST /rail/payments/{serial_no}/cancellation."""

    def cancel(self, transfer: Transfer) -> PaymentWord:
        """POST the cancellation; anything but a clean word leaves the outcome unknown."""
        asked = PaymentCancellation(bank_id=transfer.bank_id, amount_fen=transfer.amount.minor)
        path = f"/rail/payments/{transfer.disbursement_id}/cancellation"
        return _word(self._send("POST", path, asked.model_dump_json().encode()), transfer)


def _word(response: httpx.Response, transfer: Transfer) -> PaymentWord:
    refuse_errors(response)
    if too_large(response):
        raise PaymentAnswerInvalid("core banking answered with too much", rule="rail.size")
    try:
        answer = PaymentFinalWord.model_validate_json(response.content)
    except ValidationError as error:
        raise PaymentAnswerInvalid("answer outside the protocol", rule="rail.schema") from error
    told = (answer.serial_no, answer.amount_fen)
    if told != (transfer.disbursement_id, transfer.amount.minor):
        raise PaymentAnswerInvalid("answer about another payment", field="serial_no")
    return PaymentWord(answer.status)
