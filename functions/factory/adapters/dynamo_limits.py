"""Limit occupation in DynamoDB: one transaction, safe under concurrency and repetition."""

from __future__ import annotations

from pynamodb.exceptions import TransactWriteError

from factory.adapters.dynamo_applications import application_pk
from factory.adapters.rows import ApplicationRow, LimitRow, OccupationRow
from factory.domain.errors import ApplicationWithdrawn, LimitExceeded, TermsChanged
from factory.ports import Occupation
from puhui.dynamodb import dynamo_errors, transaction
from puhui.errors import NotFound, StaleVersion
from puhui.tenancy import BankId


def _customer_pk(bank_id: BankId, customer_id: str) -> str:
    return f"BANK#{bank_id}#CUSTOMER#{customer_id}"


class DynamoLimits:
    """`factory.ports.Limits` on the factory's table."""

    def occupy(self, occupation: Occupation) -> None:
        """Application still wanted and terms as accepted, limit large enough, claim new."""
        room = occupation.limit.minor - occupation.amount.minor
        if room < 0:
            raise LimitExceeded(f"{occupation.amount} is above the limit {occupation.limit}")
        pk = _customer_pk(occupation.bank_id, occupation.customer_id)
        claim = OccupationRow(
            pk,
            f"OCCUPATION#{occupation.disbursement_id}",
            application_id=occupation.application_id,
            amount_fen=occupation.amount.minor,
            released=False,
        )
        try:
            self._write(occupation, pk, claim, room)
        except StaleVersion as refused:
            self._explain(occupation, claim, refused)

    def _write(self, occupation: Occupation, pk: str, claim: OccupationRow, room: int) -> None:
        application = ApplicationRow(
            application_pk(occupation.bank_id, occupation.application_id), "APPLICATION"
        )
        with transaction() as write:
            write.update(
                application,
                actions=[
                    ApplicationRow.status.set("disbursing"),
                    ApplicationRow.contract_id.set(occupation.contract_id),
                ],
                condition=(ApplicationRow.accepted_terms == occupation.terms_sha256)
                & (ApplicationRow.withdrawn == False)  # noqa: E712 - a PynamoDB condition
                & ApplicationRow.outcome.does_not_exist(),
                add_version_condition=False,
            )
            write.save(claim)
            write.update(
                LimitRow(pk, "LIMIT"),
                actions=[LimitRow.occupied_fen.add(occupation.amount.minor)],
                condition=LimitRow.occupied_fen.does_not_exist() | (LimitRow.occupied_fen <= room),
                add_version_condition=False,
            )

    def _explain(self, occupation: Occupation, claim: OccupationRow, refused: StaleVersion) -> None:
        """Tell from the transaction's reasons which of the three conditions failed."""
        claim_failed, application_failed, limit_failed = _failed_conditions(refused)
        if claim_failed and self._is_ours(claim):
            return
        if application_failed:
            row = ApplicationRow.get(
                application_pk(occupation.bank_id, occupation.application_id),
                "APPLICATION",
                consistent_read=True,
            )
            if row.withdrawn:
                raise ApplicationWithdrawn(f"{occupation.application_id} was withdrawn")
            raise TermsChanged("the accepted terms are not those to be paid out")
        if limit_failed:
            raise LimitExceeded("the customer's limit is occupied")
        raise refused

    def _is_ours(self, claim: OccupationRow) -> bool:
        kept = OccupationRow.get(claim.pk, claim.sk, consistent_read=True)
        return not kept.released and kept.amount_fen == claim.amount_fen

    def release(self, bank_id: BankId, customer_id: str, disbursement_id: str) -> bool:
        """Flip the claim first, then give back the amount: a repetition gives nothing twice."""
        pk = _customer_pk(bank_id, customer_id)
        key = f"OCCUPATION#{disbursement_id}"
        try:
            with dynamo_errors(missing=NotFound):
                claim = OccupationRow.get(pk, key, consistent_read=True)
        except NotFound:
            return False
        if claim.released:
            return False
        with transaction() as write:
            write.update(
                claim,
                actions=[OccupationRow.released.set(True)],
                condition=OccupationRow.released == False,  # noqa: E712 - a PynamoDB condition
            )
            write.update(
                LimitRow(pk, "LIMIT"),
                actions=[LimitRow.occupied_fen.add(-int(claim.amount_fen))],
                add_version_condition=False,
            )
        return True


def _failed_conditions(refused: StaleVersion) -> tuple[bool, bool, bool]:
    """Claim, application, limit: PynamoDB sends a transaction's puts before its updates."""
    cause = refused.__cause__
    reasons = cause.cancellation_reasons if isinstance(cause, TransactWriteError) else []
    failed = [reason is not None and reason.code == "ConditionalCheckFailed" for reason in reasons]
    claim, application, limit = (*failed, False, False, False)[:3]
    return claim, application, limit
