"""DynamoDB for adapters: rows with keys and version, exact attributes, errors in our own words.

    class ApplicationRow(BaseRow):
        amount = MoneyAttribute()
        phone = EncryptedAttribute()

    bind_table(settings.table_name, ApplicationRow, FactoryOutboxRow)     # in wiring.py

    row = ApplicationRow(pk=f"BANK#{bank}#APP#{id}", sk="APPLICATION", amount=Money(100))
    row.encrypt_field(cipher, "phone", "13800138000", bank_id=bank)
    with transaction() as write:                                          # all or nothing
        write.save(row)
        for outbox in outbox_rows(FactoryOutboxRow, envelopes):
            write.save(outbox)

A row that was never saved may only be created; a loaded row may only replace the version that was
loaded. Row classes are used in adapters only; the domain never sees one.
"""

from __future__ import annotations

from puhui.attributes import (
    DateAttribute,
    DecimalAttribute,
    EncryptedAttribute,
    InstantAttribute,
    JsonAttribute,
    MoneyAttribute,
)
from puhui.blind_index import BlindIndex
from puhui.field_cipher import FieldCipher, field_aad
from puhui.inbox import DynamoInbox, InboxRow
from puhui.rows import (
    BaseRow,
    bind_table,
    connection,
    dynamo_errors,
    transaction,
    translate_write_errors,
)

__all__ = [
    "BaseRow",
    "BlindIndex",
    "DateAttribute",
    "DecimalAttribute",
    "DynamoInbox",
    "EncryptedAttribute",
    "FieldCipher",
    "InboxRow",
    "InstantAttribute",
    "JsonAttribute",
    "MoneyAttribute",
    "bind_table",
    "connection",
    "dynamo_errors",
    "field_aad",
    "transaction",
    "translate_write_errors",
]
