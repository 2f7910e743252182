"""Who may do what in intake; whatever is not written here nobody may do."""

from __future__ import annotations

from puhui.identity import allow

_READERS = ("customer", "relationship_manager", "approver", "auditor", "admin")
_WRITERS = ("customer", "relationship_manager")

POLICY = {
    "intake.list_products": allow(*_READERS),
    "intake.create_customer": allow(*_WRITERS, own=True),
    "intake.read_customer": allow(*_READERS, own=True),
    "intake.create_consent": allow(*_WRITERS, own=True),
    "intake.read_consents": allow(*_READERS, own=True),
    "intake.withdraw_consent": allow(*_WRITERS, own=True),
    "intake.create_document": allow(*_WRITERS, own=True),
    "intake.read_document": allow(*_READERS, own=True),
    "intake.create_application": allow(*_WRITERS, own=True),
    "intake.submit_application": allow(*_WRITERS, own=True),
    "intake.withdraw_application": allow(*_WRITERS, own=True),
    "intake.read_application": allow(*_READERS, own=True),
    "intake.list_applications": allow(*_READERS, own=True),
}
"""`own`: a customer reaches only what names them as owner; staff are bound by bank and branch."""
