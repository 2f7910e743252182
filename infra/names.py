"""The only place where the names of deployed things are composed."""

from __future__ import annotations

import re
from dataclasses import dataclass

PROJECT = "puhui"
LIVE_ALIAS = "live"
"""Every caller goes through this alias, so that a deployment can shift or roll back traffic."""
API_STAGE = "v1"
MAX_NAME_LENGTH = 64
"""Lambda's limit; the shortest of the limits of the things we name, save buckets (63)."""

_WORD_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_ENVIRONMENT = re.compile(r"^[a-z][a-z0-9]{1,7}$")


class NameRefused(ValueError):
    """A composed name breaks a limit of the service that would carry it."""


def kebab(construct_id: str) -> str:
    """Turn a construct id into a physical name: `LoanApplication` becomes `loan-application`."""
    return _WORD_BOUNDARY.sub("-", construct_id).replace("_", "-").lower()


@dataclass(frozen=True, slots=True)
class Names:
    """Names of one module's resources in one environment."""

    env: str
    module: str

    def __post_init__(self) -> None:
        if not _ENVIRONMENT.match(self.env):
            raise NameRefused(f"environment {self.env!r} is not 2 to 8 lower-case characters")

    @property
    def stack(self) -> str:
        """Name the CloudFormation stack: `puhui-dev-risk`."""
        return f"{PROJECT}-{self.env}-{self.module}"

    @property
    def event_source(self) -> str:
        """Name the module as a source on the bus: `puhui.risk`."""
        return event_source(self.module)

    @property
    def any_of_environment(self) -> str:
        """Match the names of every module's resources: `puhui-dev-*`."""
        return f"{PROJECT}-{self.env}-*"

    def physical(self, resource: str) -> str:
        """Name one resource of the module: `puhui-dev-risk-decide`."""
        return _within_limit(f"{self.stack}-{kebab(resource)}")

    def bucket(self, resource: str, account: str) -> str:
        """Name a bucket; bucket names are global, so the account is part of them."""
        return f"{self.physical(resource)}-{account}"

    def parameter(self, resource: str, kind: str) -> str:
        """Name the SSM parameter through which other modules find a resource."""
        return f"/{PROJECT}/{self.env}/{self.module}/{resource}/{kind}"

    def function_logs(self, resource: str) -> str:
        """Name the log group of a function."""
        return f"/aws/lambda/{self.physical(resource)}"

    def workflow_logs(self, resource: str) -> str:
        """Name a state machine's log group; the prefix keeps its resource policy short."""
        return f"/aws/vendedlogs/states/{self.physical(resource)}"

    def api_logs(self, resource: str) -> str:
        """Name the access log of an API."""
        return f"/{PROJECT}/{self.env}/{self.module}/{kebab(resource)}/access"

    def of(self, module: str) -> Names:
        """Name the resources of another module in the same environment."""
        return Names(self.env, module)


def event_source(module: str) -> str:
    """Name a module as a source on the bus."""
    return f"{PROJECT}.{module}"


def stage_name(env: str) -> str:
    """Name the stage that holds an environment's stacks."""
    return f"{PROJECT}-{env}"


def event_bus(env: str) -> str:
    """Name the one event bus of an environment."""
    return f"{PROJECT}-{env}-bus"


def alarm(resource_name: str, symptom: str) -> str:
    """Name an alarm after the resource that has the symptom."""
    return f"{resource_name}-{symptom}"


def _within_limit(name: str) -> str:
    if len(name) > MAX_NAME_LENGTH:
        raise NameRefused(f"{name} is longer than {MAX_NAME_LENGTH} characters")
    return name
