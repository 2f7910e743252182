"""The library: every indicator of every grid by its name, and one hash over all definitions."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from itertools import chain
from types import MappingProxyType
from typing import Final

from risk.domain.indicators.definition import Definition
from risk.domain.indicators.grids.agriculture import agriculture_grid
from risk.domain.indicators.grids.bank_flow import bank_flow_grid
from risk.domain.indicators.grids.bureau import bureau_grid
from risk.domain.indicators.grids.cross_check import cross_check_grid
from risk.domain.indicators.grids.device import device_grid
from risk.domain.indicators.grids.invoice import invoice_grid
from risk.domain.indicators.grids.judicial import judicial_grid
from risk.domain.indicators.grids.multi_lender import multi_lender_grid
from risk.domain.indicators.grids.registration import registration_grid
from risk.domain.indicators.grids.relationship import relationship_grid
from risk.domain.indicators.grids.social_security import social_security_grid
from risk.domain.indicators.grids.tax import tax_grid
from risk.domain.indicators.grids.utility import utility_grid

DOMAIN_NAMES: Final = {
    "bur": "征信",
    "tax": "税务",
    "inv": "发票",
    "reg": "工商",
    "jud": "司法",
    "bnk": "银行流水",
    "mul": "多头",
    "ssf": "社保公积金",
    "utl": "水电气",
    "agr": "农业土地",
    "dev": "设备行为",
    "rel": "本行关系",
    "xck": "交叉核验",
}
GRIDS: Final = (
    bureau_grid,
    tax_grid,
    invoice_grid,
    registration_grid,
    judicial_grid,
    bank_flow_grid,
    multi_lender_grid,
    social_security_grid,
    utility_grid,
    agriculture_grid,
    device_grid,
    relationship_grid,
    cross_check_grid,
)
"""In the order of the catalogue; what is derived comes last."""
ALL_DEFINITIONS: Final[tuple[Definition, ...]] = tuple(chain.from_iterable(g() for g in GRIDS))
DEFINITIONS: Final[Mapping[str, Definition]] = MappingProxyType(
    {definition.id: definition for definition in ALL_DEFINITIONS}
)
LIBRARY_SHA256: Final = hashlib.sha256(
    "\n".join(f"{one.id} {one.version}" for one in ALL_DEFINITIONS).encode()
).hexdigest()
"""Pins the definition of every indicator, and their order, in one hash."""
