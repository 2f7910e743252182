"""Draft policy (策略起草): keep a version's bytes, which nothing ever changes."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any, Final

from puhui.clock import Clock
from puhui.errors import BadRequest
from puhui.strict_json import loads
from puhui.tenancy import BankId
from risk.domain.approval import Act
from risk.domain.errors import PolicyNotReady, PolicyVersionTaken
from risk.domain.policy_lifecycle import PolicyVersion
from risk.policy_ports import Packaged, PolicyVersions

NAME: Final = re.compile(r"[A-Za-z0-9_.\-]{1,64}")


@dataclass(frozen=True)
class DraftPolicy:
    """Take a policy's file as it is; its own id and version name it."""

    policies: PolicyVersions
    packaged: Packaged
    clock: Clock

    def __call__(self, bank_id: BankId, body: bytes, by: str) -> PolicyVersion:
        """Answer the draft; the same bytes again change nothing, others need another version."""
        policy_id, version = names_of(body)
        refuse_packaged_name(self.packaged, policy_id, version)
        draft = PolicyVersion(
            bank_id=bank_id,
            policy_id=policy_id,
            version=version,
            sha256=hashlib.sha256(body).hexdigest(),
            drafted=Act(by, self.clock.now()),
        )
        return self.policies.add(draft, body)


def names_of(body: bytes) -> tuple[str, str]:
    """The id and the version that a policy's document states."""
    try:
        document: Any = loads(body)
    except BadRequest as error:
        raise _unnamed("body", "the policy is not JSON") from error
    if not isinstance(document, dict):
        raise _unnamed("body", "the policy is no object")
    for field in ("id", "version"):
        if not isinstance(document.get(field), str) or not NAME.fullmatch(document[field]):
            raise _unnamed(field, f"the policy states no {field}")
    return document["id"], document["version"]


def refuse_packaged_name(packaged: Packaged, policy_id: str, version: str) -> None:
    """A bank's own version has no name of a packaged one.

    Records name a policy by id and version: one name for two files would make a replay call the
    older decisions' policy altered.
    """
    if packaged.has(policy_id, version):
        raise PolicyVersionTaken(
            f"{policy_id} {version} is a packaged policy; name your own version otherwise",
            field="version",
            rule="policy.version_packaged",
        )


def _unnamed(field: str, message: str) -> PolicyNotReady:
    return PolicyNotReady(message, field=field, rule="policy.named")
