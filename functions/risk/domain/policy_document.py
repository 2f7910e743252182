"""Reads a policy from its JSON document and refuses one that a decision could stumble over."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date
from decimal import InvalidOperation
from typing import Any

from puhui.errors import BadRequest
from puhui.strict_json import loads
from risk.domain.errors import PolicyNotValid
from risk.domain.policy import SEVERITY, Grade, Policy, Rule, read_condition

SCHEMA = "policy/1"
CONFIDENCES = frozenset({"✔", "◐", "✎"})
MAX_TEXT = 160
"""The contract allows 200 characters; staff see the value and its limit behind the text."""


def read_policy(body: bytes) -> Policy:
    """Read and check a policy; its hash is the hash of the bytes."""
    try:
        return _policy(loads(body), hashlib.sha256(body).hexdigest())
    except BadRequest as error:
        raise PolicyNotValid("the policy is not JSON") from error
    except (KeyError, TypeError, ValueError, InvalidOperation) as error:
        raise PolicyNotValid(f"the policy lacks or misspells {error}") from error


def _policy(document: dict[str, Any], sha256: str) -> Policy:
    if document["schema"] != SCHEMA:
        raise PolicyNotValid(f"schema {document['schema']!r} is not {SCHEMA}")
    ends = document["valid_to"]
    policy = Policy(
        id=document["id"],
        name=document["name"],
        version=document["version"],
        sha256=sha256,
        valid_from=date.fromisoformat(document["valid_from"]),
        valid_to=None if ends is None else date.fromisoformat(ends),
        model=document["model"],
        rules=tuple(_rule(entry) for entry in document["rules"]),
        grades=tuple(
            Grade(grade=entry["grade"], min_points=int(entry["min_points"]))
            for entry in document["grades"]
        ),
        approval_code=document["approval"]["code"],
        approval_text=document["approval"]["text"],
        approval_customer_text=document["approval"]["customer_text"],
    )
    _check(policy)
    return policy


def _rule(entry: dict[str, Any]) -> Rule:
    return Rule(
        code=entry["code"],
        stage=entry["stage"],
        text=entry["text"],
        customer_text=entry["customer_text"],
        when=read_condition(entry["when"]),
        effect=entry["effect"],
        source=entry["source"],
        confidence=entry["confidence"],
    )


def _check(policy: Policy) -> None:
    """Codes are unique, effects and texts are proper, the grades reach down to nothing."""
    twice = [code for code, n in Counter(rule.code for rule in policy.rules).items() if n > 1]
    if twice or not policy.rules:
        raise PolicyNotValid(f"rule codes twice or no rules: {twice}")
    for rule in policy.rules:
        if rule.effect not in SEVERITY or rule.effect == "approve":
            raise PolicyNotValid(f"{rule.code}: a rule refers or declines")
        if rule.confidence not in CONFIDENCES or not rule.source:
            raise PolicyNotValid(f"{rule.code}: a rule names its source and how sure it is")
        if not all(0 < len(text) <= MAX_TEXT for text in (rule.text, rule.customer_text)):
            raise PolicyNotValid(f"{rule.code}: a rule has two texts of at most {MAX_TEXT}")
    floors = [band.min_points for band in policy.grades]
    if not floors or floors != sorted(set(floors), reverse=True) or floors[-1] != 0:
        raise PolicyNotValid("grades go down to 0 points, each below the one before")
