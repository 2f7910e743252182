"""The rows of intake's one table, each with its keys and the questions it answers.

    BANK#b#CUSTOMER#c            CUSTOMER        one customer
    BANK#b#CUSTOMER#c            CONSENT#id      that customer's consents: one query reads the file
    BANK#b#IDENTITY#field#print  IDENTITY        who holds a credit code or resident id
    BANK#b#CONSENT#id            CONSENT         whose consent this is
    BANK#b#DOCUMENT#id           DOCUMENT        one document
    BANK#b#APPLICATION#id        APPLICATION     one application; three indexes list them
    BANK#b#PRODUCTS              PRODUCT#code#v  the catalogue, every version
    BANK#b#REFUSALS#subject      DAY#date        how often somebody was refused a customer
    OUTBOX#event                 EVENT           what the bus is told

The bank is part of every partition key, so no key of one bank can name a row of another.
"""

from __future__ import annotations

from pynamodb.attributes import (
    DiscriminatorAttribute,
    MapAttribute,
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
)
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from puhui.dynamodb import (
    BaseRow,
    DateAttribute,
    EncryptedAttribute,
    InstantAttribute,
    JsonAttribute,
    MoneyAttribute,
    bind_table,
)
from puhui.outbox import OutboxRow

BY_BANK = "by_bank"
BY_BRANCH = "by_branch"
BY_CUSTOMER = "by_customer"


class IntakeRow(BaseRow):
    """Any row of the table; what is read comes back as the class that wrote it."""

    kind = DiscriminatorAttribute()


class CustomerRow(IntakeRow, discriminator="customer"):
    """A customer; all personal data lie in one ciphertext that opens only in this row."""

    bank_id = UnicodeAttribute()
    customer_id = UnicodeAttribute()
    branch_id = UnicodeAttribute()
    customer_kind = UnicodeAttribute()
    personal = EncryptedAttribute()
    region_code = UnicodeAttribute()
    industry_section = UnicodeAttribute()
    established_on = DateAttribute(null=True)
    created_by = UnicodeAttribute()
    created_at = InstantAttribute()


class IdentityRow(IntakeRow, discriminator="identity"):
    """Says which customer holds an identity, known only by its fingerprint."""

    customer_id = UnicodeAttribute()


class ConsentRow(IntakeRow, discriminator="consent"):
    """A consent in its customer's file."""

    bank_id = UnicodeAttribute()
    consent_id = UnicodeAttribute()
    branch_id = UnicodeAttribute()
    customer_id = UnicodeAttribute()
    scope = UnicodeAttribute()
    wording_version = UnicodeAttribute()
    evidence_sha256 = UnicodeAttribute()
    granted_on = DateAttribute()
    expires_on = DateAttribute()
    created_by = UnicodeAttribute()
    created_at = InstantAttribute()
    withdrawn_on = DateAttribute(null=True)
    withdrawn_by = UnicodeAttribute(null=True)


class ConsentPointerRow(IntakeRow, discriminator="consent_pointer"):
    """Says in whose file a consent lies; an index would answer this a moment too late."""

    customer_id = UnicodeAttribute()


class DocumentRow(IntakeRow, discriminator="document"):
    """A document; its file name is what a person typed, so it is encrypted."""

    bank_id = UnicodeAttribute()
    document_id = UnicodeAttribute()
    branch_id = UnicodeAttribute()
    customer_id = UnicodeAttribute()
    product = UnicodeAttribute()
    content_type = UnicodeAttribute()
    size_bytes = NumberAttribute()
    sha256 = UnicodeAttribute()
    file_name = EncryptedAttribute()
    created_by = UnicodeAttribute()
    created_at = InstantAttribute()
    status = UnicodeAttribute()
    rejection = UnicodeAttribute(null=True)
    bucket = UnicodeAttribute(null=True)
    key = UnicodeAttribute(null=True)
    checked_at = InstantAttribute(null=True)


class ByBank(GlobalSecondaryIndex["ApplicationRow"]):  # type: ignore[no-untyped-call]
    """Which applications does this bank have?"""

    class Meta:
        """Everything, so that a page costs one query."""

        index_name = BY_BANK
        projection = AllProjection()

    bank_key = UnicodeAttribute(hash_key=True)
    listed_as = UnicodeAttribute(range_key=True)


class ByBranch(GlobalSecondaryIndex["ApplicationRow"]):  # type: ignore[no-untyped-call]
    """Which applications does this branch have?"""

    class Meta:
        """Everything, so that a page costs one query."""

        index_name = BY_BRANCH
        projection = AllProjection()

    branch_key = UnicodeAttribute(hash_key=True)
    listed_as = UnicodeAttribute(range_key=True)


class ByCustomer(GlobalSecondaryIndex["ApplicationRow"]):  # type: ignore[no-untyped-call]
    """Which applications does this customer have?"""

    class Meta:
        """Everything, so that a page costs one query."""

        index_name = BY_CUSTOMER
        projection = AllProjection()

    customer_key = UnicodeAttribute(hash_key=True)
    listed_as = UnicodeAttribute(range_key=True)


class ApplicationRow(IntakeRow, discriminator="application"):
    """An application with its timeline; listed newest first by bank, branch and customer."""

    bank_id = UnicodeAttribute()
    application_id = UnicodeAttribute()
    branch_id = UnicodeAttribute()
    customer_id = UnicodeAttribute()
    product_code = UnicodeAttribute()
    amount = MoneyAttribute()
    term_months = NumberAttribute()
    repayment_method = UnicodeAttribute()
    purpose = UnicodeAttribute()
    document_ids = JsonAttribute()
    payload_sha256 = UnicodeAttribute()
    created_by = UnicodeAttribute()
    created_at = InstantAttribute()
    relationship_manager_id = UnicodeAttribute(null=True)
    submitted_on = DateAttribute(null=True)
    withdrawn_on = DateAttribute(null=True)
    milestones = JsonAttribute()
    steps: MapAttribute[str, str] = MapAttribute()  # type: ignore[no-untyped-call]
    """The factory's reports by event id, each as JSON: one is added without reading the rest."""

    bank_key = UnicodeAttribute()
    branch_key = UnicodeAttribute()
    customer_key = UnicodeAttribute()
    listed_as = UnicodeAttribute()
    by_bank = ByBank()
    by_branch = ByBranch()
    by_customer = ByCustomer()


class ProductRow(IntakeRow, discriminator="product"):
    """One version of a product as it was published."""

    code = UnicodeAttribute()
    product = UnicodeAttribute()


class RefusalsRow(IntakeRow, discriminator="refusals"):
    """How many identities somebody tried on a day that the bank had already."""

    refused = NumberAttribute()
    expires_at = TTLAttribute()


class IntakeOutboxRow(OutboxRow):
    """Intake's outbox."""


def bind_rows(table_name: str) -> None:
    """Tell every row class its table."""
    bind_table(
        table_name,
        IntakeRow,
        CustomerRow,
        IdentityRow,
        ConsentRow,
        ConsentPointerRow,
        DocumentRow,
        ApplicationRow,
        ProductRow,
        RefusalsRow,
        IntakeOutboxRow,
    )


def customer_key(bank_id: str, customer_id: str) -> str:
    """Partition of a customer's file."""
    return f"BANK#{bank_id}#CUSTOMER#{customer_id}"


def consent_sort_key(consent_id: str) -> str:
    """Sort key of a consent inside its customer's file."""
    return f"CONSENT#{consent_id}"


def consent_pointer_key(bank_id: str, consent_id: str) -> str:
    """Partition that says whose consent this is."""
    return f"BANK#{bank_id}#CONSENT#{consent_id}"


def identity_key(bank_id: str, field: str, fingerprint: str) -> str:
    """Partition that says who holds an identity."""
    return f"BANK#{bank_id}#IDENTITY#{field}#{fingerprint}"


def refusals_key(bank_id: str, subject: str) -> str:
    """Partition of what somebody was refused."""
    return f"BANK#{bank_id}#REFUSALS#{subject}"


def document_key(bank_id: str, document_id: str) -> str:
    """Partition of a document."""
    return f"BANK#{bank_id}#DOCUMENT#{document_id}"


def application_key(bank_id: str, application_id: str) -> str:
    """Partition of an application."""
    return f"BANK#{bank_id}#APPLICATION#{application_id}"


def products_key(bank_id: str) -> str:
    """Partition of a bank's catalogue."""
    return f"BANK#{bank_id}#PRODUCTS"


def product_sort_key(code: str, version: int) -> str:
    """Sort key of one version; `#` ends the code, so that no code is another's prefix."""
    return f"PRODUCT#{code}#{version:06d}"
