"""The twelve simulated providers by their ids."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sandbox.domain.providers import profiles_business as business
from sandbox.domain.providers import profiles_standing as standing
from sandbox.domain.providers.profile import Profile

PROFILES: Mapping[str, Profile] = MappingProxyType(
    {
        profile.provider_id: profile
        for profile in (
            standing.BUREAU,
            business.TAX,
            business.INVOICE,
            standing.REGISTRY,
            standing.COURT,
            business.BANKFLOW,
            standing.MULTILENDER,
            business.SOCIALSEC,
            business.UTILITY,
            business.AGRI,
            standing.DEVICE,
            standing.RELATION,
        )
    }
)
