"""How use cases ask whether something is there for somebody: one answer for "none" and "not yours".

A stranger's id and an id that nobody has must look the same from outside, down to the message:
otherwise the difference tells who is a customer of the bank (T2, T6).
"""

from __future__ import annotations

import re

from puhui.errors import Forbidden, NotFound
from puhui.identity import Principal, Protected, authorise

_IDENTIFIER = re.compile(r"[A-Za-z0-9_\-]{1,80}")
"""`puhui.contracts.common.Identifier`: what may travel as an id in events."""


def ensure_theirs(
    principal: Principal, action: str, protected: Protected, missing: type[NotFound]
) -> None:
    """Let the principal act on the object, or answer as if it did not exist."""
    try:
        authorise(principal, action, protected)
    except NotFound:
        raise missing() from None


def claimed_id(value: str, claim: str) -> str:
    """A claim of the token that goes on record as an id must be one.

    Dropping an odd one is no way out: the back office finds out by it that a maker checks his own
    application.
    """
    if not _IDENTIFIER.fullmatch(value):
        raise Forbidden(f"claim {claim} is not an id of this platform", rule=f"claims.{claim}")
    return value
