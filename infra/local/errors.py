"""What can go wrong in the local cloud, in words that help."""

from __future__ import annotations


class LocalCloudError(Exception):
    """The local cloud cannot do what was asked; the message is one sentence for a person."""


class PortInUse(LocalCloudError):
    """Another program already listens on the gateway's port."""


class UnknownFunction(LocalCloudError):
    """No function of the assembly has this name or ARN."""


class UnsupportedResource(LocalCloudError):
    """A template holds a resource type that the local cloud neither makes nor knowingly ignores."""


class UnresolvedReference(LocalCloudError):
    """A template refers to something that no stack provides."""


class SynthesisFailed(LocalCloudError):
    """`infra.app` did not synthesise; the message holds the end of its output."""


class NotRunning(LocalCloudError):
    """The command needs a running local cloud."""


class NoSuchApplication(LocalCloudError):
    """No state machine ran for this application."""
