"""Bank, staff, authority matrix and products in DynamoDB."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from operations.adapters.organisation_rows import (
    AUTHORITY_SK,
    BANK_SK,
    PRODUCT_PREFIX,
    STAFF_PREFIX,
    AuthorityRow,
    BankRow,
    OperationsOutboxRow,
    ProductRow,
    StaffRow,
    bank_pk,
    product_sk,
    staff_sk,
    trail_pk,
)
from operations.adapters.task_rows import AuditRow
from operations.domain.audit import AuditEntry
from operations.domain.authority import AuthorityMatrix, AuthorityRule
from operations.domain.errors import BankNotFound, ProductVersionTaken, StaffNotFound
from operations.domain.organisation import Bank, Branch, StaffMember
from puhui.clock import utc_text
from puhui.contracts.operations import LoanProduct
from puhui.dynamodb import FieldCipher, dynamo_errors, transaction
from puhui.errors import NotFound, StaleVersion
from puhui.events import Envelope
from puhui.money import Money
from puhui.outbox import outbox_rows


@dataclass(frozen=True)
class DynamoBanks:
    """The banks on this platform."""

    def get(self, bank_id: str) -> Bank:
        """Return the bank, or raise BankNotFound."""
        with dynamo_errors(missing=BankNotFound):
            row = BankRow.get(bank_pk(bank_id), BANK_SK, consistent_read=True)
        return Bank(
            bank_id=bank_id,
            name=row.name,
            licensed_regions=tuple(row.licensed_regions),
            branches=tuple(Branch(**branch) for branch in row.branches),
            rule_edition=row.rule_edition,
            version=int(row.version),
        )

    def save(self, bank: Bank, audit: AuditEntry, events: Sequence[Envelope]) -> None:
        """Keep the bank and its events, or raise StaleVersion."""
        row = BankRow(
            pk=bank_pk(bank.bank_id),
            sk=BANK_SK,
            name=bank.name,
            licensed_regions=list(bank.licensed_regions),
            branches=[asdict(branch) for branch in bank.branches],
            rule_edition=bank.rule_edition,
        )
        row.at_version(bank.version)
        with transaction(conflict=StaleVersion) as write:
            write.save(row)
            write.save(_trail_row(bank.bank_id, audit))
            for outbox in outbox_rows(OperationsOutboxRow, events):
                write.save(outbox)


@dataclass(frozen=True)
class DynamoStaff:
    """The register of the bank's people."""

    cipher: FieldCipher

    def get(self, bank_id: str, staff_id: str) -> StaffMember:
        """Return the member as last written, or raise StaffNotFound."""
        with dynamo_errors(missing=StaffNotFound):
            row = StaffRow.get(bank_pk(bank_id), staff_sk(staff_id), consistent_read=True)
        return self._member(bank_id, row)

    def of_bank(self, bank_id: str) -> tuple[StaffMember, ...]:
        """Return everybody, by id."""
        with dynamo_errors():
            rows = list(StaffRow.query(bank_pk(bank_id), StaffRow.sk.startswith(STAFF_PREFIX)))
        return tuple(self._member(bank_id, row) for row in rows)

    def save(self, member: StaffMember, audit: AuditEntry) -> None:
        """Keep a member, or raise StaleVersion."""
        row = StaffRow(
            pk=bank_pk(member.bank_id),
            sk=staff_sk(member.staff_id),
            staff_id=member.staff_id,
            employee_no=member.employee_no,
            roles=sorted(member.roles),
            branch_id=member.branch_id,
            active=member.active,
        )
        row.at_version(member.version)
        row.encrypt_field(self.cipher, "display_name", member.display_name, bank_id=member.bank_id)
        with transaction(conflict=StaleVersion) as write:
            write.save(row)
            write.save(_trail_row(member.bank_id, audit))

    def _member(self, bank_id: str, row: StaffRow) -> StaffMember:
        return StaffMember(
            bank_id=bank_id,
            staff_id=row.staff_id,
            employee_no=row.employee_no,
            display_name=row.decrypt_field(self.cipher, "display_name"),
            roles=frozenset(row.roles),
            branch_id=row.branch_id,
            active=row.active,
            version=int(row.version),
        )


@dataclass(frozen=True)
class DynamoAuthorities:
    """The authority matrix of each bank."""

    def of_bank(self, bank_id: str) -> AuthorityMatrix:
        """Return the matrix; a bank without one has an empty one, which allows nothing."""
        try:
            with dynamo_errors(missing=NotFound):
                row = AuthorityRow.get(bank_pk(bank_id), AUTHORITY_SK, consistent_read=True)
        except NotFound:
            return AuthorityMatrix(bank_id=bank_id)
        rules = tuple(
            AuthorityRule(
                role=rule["role"], kind=rule["kind"], max_amount=Money(rule["max_amount_fen"])
            )
            for rule in row.rules
        )
        return AuthorityMatrix(bank_id=bank_id, rules=rules, version=int(row.version))

    def save(self, matrix: AuthorityMatrix, audit: AuditEntry) -> None:
        """Keep the matrix, or raise StaleVersion."""
        rules = [
            {"role": rule.role, "kind": rule.kind, "max_amount_fen": rule.max_amount.minor}
            for rule in matrix.rules
        ]
        row = AuthorityRow(pk=bank_pk(matrix.bank_id), sk=AUTHORITY_SK, rules=rules)
        row.at_version(matrix.version)
        with transaction(conflict=StaleVersion) as write:
            write.save(row)
            write.save(_trail_row(matrix.bank_id, audit))


@dataclass(frozen=True)
class DynamoProducts:
    """Every version of every product of each bank."""

    def versions(self, bank_id: str, code: str) -> tuple[LoanProduct, ...]:
        """Return all versions of one product, oldest first."""
        return self._query(bank_id, f"{PRODUCT_PREFIX}{code}#")

    def of_bank(self, bank_id: str) -> tuple[LoanProduct, ...]:
        """Return all versions of all products, by code and version."""
        return self._query(bank_id, PRODUCT_PREFIX)

    def add(self, bank_id: str, product: LoanProduct, audit: AuditEntry, event: Envelope) -> None:
        """Keep a new version and its event, or raise ProductVersionTaken."""
        row = ProductRow(
            pk=bank_pk(bank_id),
            sk=product_sk(product.code, product.version),
            code=product.code,
            product_version=product.version,
            product=product.model_dump(mode="json"),
        )
        with transaction(conflict=ProductVersionTaken) as write:
            write.save(row)
            write.save(_trail_row(bank_id, audit))
            for outbox in outbox_rows(OperationsOutboxRow, (event,)):
                write.save(outbox)

    def _query(self, bank_id: str, prefix: str) -> tuple[LoanProduct, ...]:
        with dynamo_errors():
            rows = list(
                ProductRow.query(
                    bank_pk(bank_id), ProductRow.sk.startswith(prefix), consistent_read=True
                )
            )
        return tuple(LoanProduct.model_validate(row.product) for row in rows)


def _trail_row(bank_id: str, audit: AuditEntry) -> AuditRow:
    """A line of the bank's own trail, in the order of time."""
    return AuditRow.of(
        audit, trail_pk(bank_id), f"{utc_text(audit.at)}#{audit.action}#{audit.subject}"
    )
