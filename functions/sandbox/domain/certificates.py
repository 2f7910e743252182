"""Which certificates the sandbox's authority issues: for whom, for how long, for what use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from puhui.errors import Unprocessable

Kind = Literal["seal", "event"]

COUNTRY: Final = "CN"
AUTHORITY_ORGANISATION: Final = "普惠沙箱 Puhui sandbox, not for production"
ROOT_NAME: Final = "普惠沙箱根证书 Puhui sandbox root CA"
ISSUING_NAME: Final = "普惠沙箱签发证书 Puhui sandbox issuing CA"
SUBJECT_UNIT: Final = "沙箱测试证书 sandbox"
"""Stands in every subject, so that nobody takes a test certificate for a real one."""
ROOT_LIFETIME: Final = timedelta(days=3650)
ISSUING_LIFETIME: Final = timedelta(days=1825)
CLOCK_SKEW: Final = timedelta(minutes=5)
"""A certificate is valid a little before it was issued: clocks of two systems differ."""


class SigningRequestRefused(Unprocessable):
    """The signing request does not prove a key, or the key is too weak."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a kind of certificate is good for."""

    lifetime: timedelta
    needs_scene: bool


PROFILES: Final[dict[str, Profile]] = {
    "event": Profile(lifetime=timedelta(days=1), needs_scene=True),
    "seal": Profile(lifetime=timedelta(days=3 * 365), needs_scene=False),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whom a certificate names."""

    common_name: str
    organisation: str | None
    serial_number: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuance:
    """A certificate about to be issued, its dates decided."""

    kind: Kind
    subject: Subject
    scene_digest: str | None
    not_before: datetime
    not_after: datetime


def issuance(kind: Kind, subject: Subject, scene_digest: str | None, now: datetime) -> Issuance:
    """An event certificate names its act and lives a day; a seal names none and lives years."""
    profile = PROFILES[kind]
    if profile.needs_scene != (scene_digest is not None):
        raise Unprocessable(
            "an event certificate has a scene digest, a seal has none",
            field="scene_digest",
            rule=f"certificate.{kind}",
        )
    return Issuance(
        kind=kind,
        subject=subject,
        scene_digest=scene_digest,
        not_before=now - CLOCK_SKEW,
        not_after=now + profile.lifetime,
    )
