"""Pending transfers, voided through servicing's published function."""

from __future__ import annotations

from puhui.clock import BusinessCalendar
from puhui.contracts.servicing import ResolveDisbursement
from puhui.lambda_client import FunctionFailed, LambdaClient
from puhui.tenancy import BankId

NOTHING_PENDING = frozenset({"TransferNotFound", "TransferAlreadyVoided"})


class LambdaReservations:
    """`factory.ports.Reservations` by invoking `void_disbursement`."""

    def __init__(self, client: LambdaClient, function_arn: str, calendar: BusinessCalendar) -> None:
        self._client = client
        self._arn = function_arn
        self._calendar = calendar

    def void(self, bank_id: BankId, application_id: str, disbursement_id: str) -> None:
        """One synchronous call; a number that was never reserved is blocked by it."""
        request = ResolveDisbursement(
            bank_id=bank_id,
            correlation_id=application_id,
            application_id=application_id,
            disbursement_id=disbursement_id,
            business_date=self._calendar.today(),
            reason="重新办理前冲销预留",
        )
        try:
            self._client.invoke(self._arn, request.model_dump(mode="json"))
        except FunctionFailed as refused:
            if refused.error_type not in NOTHING_PENDING:
                raise
