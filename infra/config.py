"""What one deployment is: its environment, its modules, and the values a bank chooses."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
"""The project's root: the folder of cdk.json."""

PLATFORM: Final = "platform"
NEEDS: Final[dict[str, tuple[str, ...]]] = {
    "extdata": (),
    "intake": (),
    "operations": (),
    "risk": (),
    "diligence": (),
    "signing": (),
    "servicing": (),
    "sandbox": (),
    "factory": ("risk", "servicing", "operations"),
}
"""Modules besides the platform whose parameters a module's stack reads, in deployment order."""
USES_IF_PRESENT: Final[dict[str, frozenset[str]]] = {
    "intake": frozenset({"extdata"}),
    "risk": frozenset({"operations"}),
    "servicing": frozenset({"extdata", "risk"}),
    "factory": frozenset({"intake", "extdata", "diligence", "signing"}),
}
"""Modules whose absence changes a module's behaviour in a way that it defines itself."""
NEVER_IN_PRODUCTION: Final = frozenset({"sandbox"})
NO_ADDRESS: Final = ".invalid"
"""An address that cannot exist (RFC 2606), for what is not there."""


class ConfigRefused(ValueError):
    """The context given to the synthesis does not describe a deployment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentConfig:
    """One environment's choices, read from the CDK context."""

    env: str = "dev"
    modules: frozenset[str] = field(default_factory=frozenset)
    layers: str = "requirements"
    production: bool = False
    owner: str = "inclusive-finance"
    log_level: str = "INFO"
    log_retention_days: int = 365
    business_date: str = "calendar"
    oidc_issuers: str = "[]"
    core_banking_url: str = "https://core-banking.invalid"
    ca_url: str = "https://ca.invalid"
    providers_url: str = "https://providers.invalid"
    """Where simulated data providers answer; there are none in production."""
    callbacks_url: str = "https://callbacks.invalid"
    """The external-data API as data providers reach it from outside, through the bank's gateway."""
    rail_notices_url: str = "https://rail-notices.invalid"
    """Servicing's API as the core bank reaches it from outside, through the bank's gateway."""
    evidence_retention_days: int = 1825
    object_lock_mode: str = "GOVERNANCE"
    snap_start: bool = True

    @property
    def values_fingerprint(self) -> str:
        """Fingerprint the values that functions get through parameters."""
        values = (
            self.business_date,
            self.oidc_issuers,
            self.core_banking_url,
            self.ca_url,
            self.providers_url,
            self.callbacks_url,
            self.rail_notices_url,
        )
        return hashlib.sha256("\n".join(values).encode()).hexdigest()[:8]

    def has(self, module: str) -> bool:
        """Tell whether a module is deployed; the platform always is."""
        return module == PLATFORM or module in self.modules

    @classmethod
    def from_context(cls, context: Callable[[str], object]) -> DeploymentConfig:
        """Read every value from the CDK context; a value that is not given keeps its default."""
        production = _flag(context("production"), default=False)
        values: dict[str, object] = {
            "production": production,
            "modules": _modules(context("modules"), production=production),
            "snap_start": _flag(context("snap_start"), default=True),
        }
        for name in _TEXTS:
            if (given := context(name)) is not None:
                values[name] = given if isinstance(given, str) else json.dumps(given)
        for name in _NUMBERS:
            if (given := context(name)) is not None:
                values[name] = int(str(given))
        config = cls(**values)  # type: ignore[arg-type]
        config._check()
        return config

    def _check(self) -> None:
        if self.layers not in {"built", "requirements"}:
            raise ConfigRefused(f"layers={self.layers!r}: expected built or requirements")
        if self.object_lock_mode not in {"GOVERNANCE", "COMPLIANCE"}:
            raise ConfigRefused(f"object_lock_mode={self.object_lock_mode!r} is unknown")
        forbidden = self.modules & NEVER_IN_PRODUCTION if self.production else frozenset()
        if forbidden:
            raise ConfigRefused(f"{', '.join(sorted(forbidden))} never goes to production")
        if self.production and not self.providers_url.endswith(NO_ADDRESS):
            raise ConfigRefused("providers_url: simulated providers never go to production")


_TEXTS: Final = (
    "env",
    "layers",
    "owner",
    "log_level",
    "business_date",
    "oidc_issuers",
    "core_banking_url",
    "ca_url",
    "providers_url",
    "callbacks_url",
    "rail_notices_url",
    "object_lock_mode",
)
_NUMBERS: Final = ("log_retention_days", "evidence_retention_days")


def existing_modules() -> frozenset[str]:
    """List the modules that have a stack in this tree."""
    stacks = ROOT / "infra" / "stacks"
    return frozenset(module for module in NEEDS if (stacks / f"{module}.py").is_file())


def _modules(given: object, *, production: bool) -> frozenset[str]:
    """Select the modules named by the context, or all that exist."""
    if given in (None, "", "all"):
        return existing_modules() - (NEVER_IN_PRODUCTION if production else frozenset())
    names = given.split(",") if isinstance(given, str) else list(given)  # type: ignore[call-overload]
    selected = frozenset(str(name).strip() for name in names) - {PLATFORM, ""}
    unknown = selected - existing_modules()
    if unknown:
        raise ConfigRefused(f"no stack for module(s) {', '.join(sorted(unknown))}")
    return selected


def _flag(given: object, *, default: bool) -> bool:
    if given is None:
        return default
    if str(given).lower() in {"true", "false"}:
        return str(given).lower() == "true"
    raise ConfigRefused(f"{given!r} is neither true nor false")
