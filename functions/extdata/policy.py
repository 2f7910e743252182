"""Who may do what in external data; whatever is not written here nobody may do.

A data steward registers, tests and publishes; somebody else approves (the connector itself refuses
the same person). Who may ask for which product is the bank's own table besides: deny by default.
"""

from __future__ import annotations

from collections.abc import Set

from puhui.errors import Forbidden
from puhui.identity import allow

_STEWARDS = ("data_steward",)
_READERS = ("data_steward", "risk_manager", "finance", "operator", "auditor", "admin")
_BOOKKEEPERS = ("finance", "data_steward")
_ASKERS = ("underwriter", "risk_manager", "approver", "relationship_manager")

PURPOSES_OF_BRANCH = frozenset({"loan_application", "post_loan"})
"""What a relationship manager asks for: the loans of the branch, nothing else."""

POLICY = {
    "extdata.list_providers": allow(*_READERS),
    "extdata.read_provider": allow(*_READERS),
    "extdata.register_provider": allow(*_STEWARDS),
    "extdata.put_provider_key": allow(*_STEWARDS, "admin"),
    "extdata.list_connectors": allow(*_READERS),
    "extdata.read_connector": allow(*_READERS),
    "extdata.demand_connector": allow(*_STEWARDS),
    "extdata.test_connector": allow(*_STEWARDS),
    "extdata.approve_connector": allow("risk_manager", "admin"),
    "extdata.publish_connector": allow(*_STEWARDS),
    "extdata.retire_connector": allow(*_STEWARDS, "risk_manager"),
    "extdata.read_route_table": allow(*_READERS),
    "extdata.set_route_table": allow(*_STEWARDS),
    "extdata.read_access": allow(*_READERS),
    "extdata.set_access": allow("risk_manager", "admin"),
    "extdata.list_prices": allow(*_READERS),
    "extdata.add_price": allow(*_STEWARDS, "finance"),
    "extdata.read_consent": allow(*_STEWARDS, "risk_manager", "auditor"),
    "extdata.keep_consent": allow(*_STEWARDS),
    "extdata.withdraw_consent": allow(*_STEWARDS),
    "extdata.ask": allow(*_ASKERS),
    "extdata.read_query": allow(*_ASKERS, *_READERS),
    "extdata.read_document": allow(*_ASKERS, "auditor"),
    "extdata.replay_query": allow("auditor", "risk_manager"),
    "extdata.verify_audit": allow("auditor", "risk_manager", "admin"),
    "extdata.read_quality": allow(*_READERS),
    "extdata.measure_quality": allow(*_STEWARDS, "risk_manager", "operator"),
    "extdata.read_bill": allow(*_BOOKKEEPERS, "auditor"),
    "extdata.close_month": allow("finance"),
    "extdata.import_statement": allow(*_BOOKKEEPERS),
    "extdata.set_statement_format": allow(*_BOOKKEEPERS),
    "extdata.read_reconciliation": allow(*_BOOKKEEPERS, "auditor"),
    "extdata.list_breakers": allow(*_READERS),
    "extdata.list_limits": allow(*_READERS),
}


def check_purpose(roles: Set[str], purpose: str) -> None:
    """A relationship manager who is nothing else asks for loans only."""
    if roles & set(_ASKERS) == {"relationship_manager"} and purpose not in PURPOSES_OF_BRANCH:
        raise Forbidden("this purpose is not for this role", field="purpose", rule="purpose.role")
