"""Applications in DynamoDB: one row each, listed by bank, branch and customer."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from intake.adapters.rows import ApplicationRow, IntakeOutboxRow, application_key
from intake.domain.application import LoanApplication
from intake.domain.errors import (
    ApplicationAlreadyExists,
    ApplicationNotFound,
    CursorNotValid,
)
from intake.domain.timeline import FactoryStep, Timeline, in_order
from intake.ports import ApplicationPage, ApplicationQuery
from puhui.clock import utc_from_text, utc_text
from puhui.dynamodb import dynamo_errors, transaction
from puhui.errors import StaleVersion
from puhui.events import Envelope
from puhui.outbox import outbox_rows
from puhui.strict_json import dumps, loads
from puhui.tenancy import BankId

_APPLICATION = "APPLICATION"
_LISTED_AS = re.compile(r"(?P<at>\d{4}-\d\d-\d\dT[\d:.]{8,15}Z)#(?P<id>[A-Za-z0-9_-]{1,80})")


@dataclass(frozen=True)
class DynamoApplications:
    """A save is one conditional write, or one transaction where events go with it."""

    def add(self, application: LoanApplication) -> None:
        """Keep a new application, or raise ApplicationAlreadyExists."""
        with dynamo_errors(conflict=ApplicationAlreadyExists):
            _row(application).save()

    def get(self, bank_id: BankId, application_id: str) -> LoanApplication:
        """Return the application as last written, or raise ApplicationNotFound."""
        with dynamo_errors(missing=ApplicationNotFound):
            row = ApplicationRow.get(
                application_key(bank_id, application_id), _APPLICATION, consistent_read=True
            )
        return _application(row)

    def save(
        self, application: LoanApplication, events: Sequence[Envelope] = ()
    ) -> LoanApplication:
        """Keep a changed one with its events and return it as kept, or raise StaleVersion."""
        row = _row(application)
        if not events:
            with dynamo_errors(conflict=StaleVersion):
                row.save()
        else:
            with transaction(conflict=StaleVersion) as write:
                write.save(row)
                for outbox in outbox_rows(IntakeOutboxRow, events):
                    write.save(outbox)
        return replace(application, version=application.version + 1)

    def note(self, bank_id: BankId, application_id: str, step: FactoryStep) -> None:
        """Keep a report of the factory with the application, or raise ApplicationNotFound.

        One write without a read; it raises the version, so that a save of what was read before
        is refused and cannot drop the report.
        """
        row = ApplicationRow(pk=application_key(bank_id, application_id), sk=_APPLICATION)
        row.version = 1  # PynamoDB adds 1 to a version that it knows and resets one it does not.
        place: Any = ApplicationRow.steps[step.event_id]
        with dynamo_errors(conflict=ApplicationNotFound):
            row.update(
                actions=[place.set(_step_json(step))],
                condition=ApplicationRow.pk.exists(),
                add_version_condition=False,
            )

    def page(self, query: ApplicationQuery) -> ApplicationPage:
        """Return one page, newest first."""
        index, attribute, hash_key = _index(query)
        with dynamo_errors():
            found = index.query(
                hash_key,
                scan_index_forward=False,
                limit=query.limit,
                page_size=query.limit,
                last_evaluated_key=_start(query, attribute, hash_key),
            )
            rows = list(found)
            more = found.last_evaluated_key is not None
        cursor = _cursor(rows[-1].listed_as) if more and rows else None
        return ApplicationPage(applications=tuple(_application(row) for row in rows), cursor=cursor)


def _index(query: ApplicationQuery) -> tuple[Any, str, str]:
    """The index that answers a query, its hash attribute and the value to look for."""
    bank = f"BANK#{query.bank_id}"
    if query.customer_id is not None:
        return ApplicationRow.by_customer, "customer_key", f"{bank}#CUSTOMER#{query.customer_id}"
    if query.branch_id is not None:
        return ApplicationRow.by_branch, "branch_key", f"{bank}#BRANCH#{query.branch_id}"
    return ApplicationRow.by_bank, "bank_key", bank


def _cursor(listed_as: str) -> str:
    return base64.urlsafe_b64encode(listed_as.encode()).rstrip(b"=").decode()


def _start(
    query: ApplicationQuery, attribute: str, hash_key: str
) -> dict[str, dict[str, str]] | None:
    """Where to go on. Only the position comes from the cursor, never the partition: a cursor
    that somebody made up moves its maker inside his own list and nowhere else.
    """
    if query.cursor is None:
        return None
    padded = query.cursor + "=" * (-len(query.cursor) % 4)
    try:
        listed_as = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
    except ValueError:
        raise CursorNotValid(field="cursor", rule="cursor") from None
    match = _LISTED_AS.fullmatch(listed_as)
    if match is None:
        raise CursorNotValid(field="cursor", rule="cursor")
    return {
        "pk": {"S": application_key(query.bank_id, match["id"])},
        "sk": {"S": _APPLICATION},
        attribute: {"S": hash_key},
        "listed_as": {"S": listed_as},
    }


def _row(application: LoanApplication) -> ApplicationRow:
    bank = f"BANK#{application.bank_id}"
    timeline = application.timeline
    return ApplicationRow(
        pk=application_key(application.bank_id, application.application_id),
        sk=_APPLICATION,
        bank_id=application.bank_id,
        application_id=application.application_id,
        branch_id=application.branch_id,
        customer_id=application.customer_id,
        product_code=application.product_code,
        amount=application.amount,
        term_months=application.term_months,
        repayment_method=application.repayment_method,
        purpose=application.purpose,
        document_ids=list(application.document_ids),
        payload_sha256=application.payload_sha256,
        created_by=application.created_by,
        created_at=application.created_at,
        relationship_manager_id=application.relationship_manager_id,
        submitted_on=application.submitted_on,
        withdrawn_on=application.withdrawn_on,
        milestones=[[code, utc_text(at)] for code, at in timeline.milestones],
        steps={step.event_id: _step_json(step) for step in timeline.steps},
        bank_key=bank,
        branch_key=f"{bank}#BRANCH#{application.branch_id}",
        customer_key=f"{bank}#CUSTOMER#{application.customer_id}",
        listed_as=f"{utc_text(application.created_at)}#{application.application_id}",
    ).at_version(application.version)


def _application(row: ApplicationRow) -> LoanApplication:
    return LoanApplication(
        application_id=row.application_id,
        bank_id=BankId(row.bank_id),
        branch_id=row.branch_id,
        customer_id=row.customer_id,
        product_code=row.product_code,
        amount=row.amount,
        term_months=int(row.term_months),
        repayment_method=row.repayment_method,
        purpose=row.purpose,
        document_ids=tuple(row.document_ids),
        payload_sha256=row.payload_sha256,
        created_by=row.created_by,
        created_at=row.created_at,
        relationship_manager_id=row.relationship_manager_id,
        submitted_on=row.submitted_on,
        withdrawn_on=row.withdrawn_on,
        timeline=Timeline(
            milestones=tuple((code, utc_from_text(at)) for code, at in row.milestones),
            steps=in_order(map(_step, _steps(row))),
        ),
        version=row.version or 0,
    )


def _steps(row: ApplicationRow) -> list[str]:
    kept: dict[str, str] = row.steps.as_dict()  # type: ignore[no-untyped-call]
    return list(kept.values())


def _step_json(step: FactoryStep) -> str:
    return dumps({**asdict(step), "occurred_at": utc_text(step.occurred_at)})


def _step(text: str) -> FactoryStep:
    data = loads(text)
    return FactoryStep(**{**data, "occurred_at": utc_from_text(data["occurred_at"])})
