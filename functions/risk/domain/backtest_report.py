"""A back-test as a document: integers and exact decimals, with the hash that refers to it."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from risk.domain.backtest import BackTest, Basis, Change, Group, Side
from risk.domain.canonical import NotCanonical, sha256_of
from risk.domain.indicators.library import LIBRARY_SHA256
from risk.domain.inputs import decimal_text
from risk.domain.policy import Policy
from risk.domain.shadow import VERDICTS

REPORT_SCHEMA: Final = "policy-backtest/1"
HASH_KEY: Final = "report_sha256"


class ReportNotValid(ValueError):
    """It is no back-test's report, or was changed since; the message names field and rule."""


def report_document(found: BackTest, basis: Basis, as_of: date) -> dict[str, Any]:
    """All keys are described in docs/policies.md."""
    document: dict[str, Any] = {
        "schema": REPORT_SCHEMA,
        "as_of": as_of.isoformat(),
        "policies": {"old": _policy(basis.old), "new": _policy(basis.new)},
        "models": [
            {"id": one.id, "version": one.version, "sha256": one.sha256} for one in basis.models
        ],
        "parameters_sha256": basis.parameters.sha256,
        "library_sha256": LIBRARY_SHA256,
        "population": {"sha256": basis.population_sha256, **_group(found.everybody)},
        "verdicts": {"old": _side(found.old), "new": _side(found.new)},
        "swap_set": [
            {"old": old, "new": new, **_group(found.swaps[old, new])}
            for old in VERDICTS
            for new in VERDICTS
        ],
        "limit_change_fen": _change(found.limit_fen),
        "rate_change_bps": _change(found.rate_bps),
        "reason_codes": [
            {"code": one.code, "only_old": one.only_live, "only_new": one.only_shadow}
            for one in found.codes
        ],
    }
    return document | {HASH_KEY: sha256_of(document)}


def verified_sha256(document: Any) -> str:
    """The hash of a report, once its content has proven to be what the hash is of."""
    if not isinstance(document, dict) or document.get("schema") != REPORT_SCHEMA:
        raise ReportNotValid(f"field schema: rule report.schema: must be {REPORT_SCHEMA}")
    said = document.get(HASH_KEY)
    try:
        made = sha256_of({key: value for key, value in document.items() if key != HASH_KEY})
    except NotCanonical as error:
        raise ReportNotValid(f"field (any): rule report.canonical: {error}") from error
    if said != made:
        raise ReportNotValid(f"field {HASH_KEY}: rule report.sha256: is not the content's hash")
    return made


def _policy(policy: Policy) -> dict[str, str]:
    return {"id": policy.id, "version": policy.version, "sha256": policy.sha256}


def _group(group: Group) -> dict[str, Any]:
    return {
        "count": group.count,
        "labelled": group.labelled,
        "bad": group.bad,
        "bad_rate_bp": group.bad_rate_bp,
    }


def _side(side: Side) -> dict[str, Any]:
    return {
        verdict: {"share_bp": side.shares_bp[verdict], **_group(side.groups[verdict])}
        for verdict in VERDICTS
    }


def _change(change: Change) -> dict[str, Any]:
    mean = change.mean_e2
    return {
        "count": change.count,
        "raised": change.raised,
        "lowered": change.lowered,
        "unchanged": change.count - change.raised - change.lowered,
        "sum_old": change.sum_old,
        "sum_new": change.sum_new,
        "sum_change": change.sum_new - change.sum_old,
        "mean_change": None if mean is None else decimal_text(mean, 2),
        "least_change": change.least,
        "most_change": change.most,
        "quantiles": {f"p{share:02d}": value for share, value in change.quantiles.items()},
        "histogram": [
            {"over": bar.over, "up_to": bar.up_to, "count": bar.count} for bar in change.histogram
        ],
    }
