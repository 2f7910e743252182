"""Take a version of a provider's key (密钥); nobody ever gets it back."""

from __future__ import annotations

from dataclasses import dataclass

from extdata.domain.errors import ConfigurationRefused
from extdata.domain.onboarding import check_key
from extdata.ports import Providers
from extdata.provider_ports import KeyVersion, ProviderKeys
from puhui.tenancy import BankId


@dataclass(frozen=True)
class PutProviderKey:
    """Make a version the current one; older ones still open what was sealed with them."""

    providers: Providers
    keys: ProviderKeys

    def __call__(self, bank_id: BankId, provider_id: str, name: str, version: KeyVersion) -> None:
        """Keep it; the provider must have registered a key of this name."""
        provider = self.providers.get(bank_id, provider_id)
        kinds = {key.name: key.kind for key in provider.keys}
        if name not in kinds:
            raise ConfigurationRefused(
                "the provider registered no key of this name", field="name", rule="key.unknown"
            )
        check_key(kinds[name], version.material)
        self.keys.put(bank_id, provider_id, name, version)
