"""Register a data provider (登记服务商), or change what is registered."""

from __future__ import annotations

from dataclasses import dataclass, replace

from extdata.domain.errors import ProviderNotFound
from extdata.domain.onboarding import check_limits, check_provider
from extdata.domain.provider import Provider
from extdata.ports import Providers
from puhui.clock import Clock


@dataclass(frozen=True)
class RegisterProvider:
    """Keep a provider with its contract, hosts and limits; the same one again changes nothing."""

    providers: Providers
    clock: Clock
    sandbox_allowed: bool

    def __call__(self, provider: Provider) -> Provider:
        """Answer the provider as it is kept."""
        check_provider(provider, sandbox_allowed=self.sandbox_allowed)
        check_limits("limits", provider.limits)
        known = self._known(provider)
        if known is not None:
            unchanged = replace(provider, version=known.version, registered_by=known.registered_by)
            if unchanged == known:
                return known
            provider = replace(provider, version=known.version)
        self.providers.save(provider, self.clock.now())
        return self.providers.get(provider.bank_id, provider.provider_id)

    def _known(self, provider: Provider) -> Provider | None:
        try:
            return self.providers.get(provider.bank_id, provider.provider_id)
        except ProviderNotFound:
            return None
