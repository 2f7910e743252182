"""What can go wrong when a model of `risk` is asked."""

from __future__ import annotations

from puhui.errors import NotFound, UpstreamUnavailable


class ModelUnavailable(UpstreamUnavailable):
    """A model of risk is deployed and cannot be asked now."""


class ModelAbsent(NotFound):
    """There is no `risk` here whose models could be asked."""
