"""A shock from a JSON file or from a sector's name.

{"name": "…", "sectors": {"H": {"pd_multiplier": "2.5", "sales_multiplier": "0.6"}}}
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

import msgspec

from infra.indicator_documents import told
from puhui.china.industries import SECTIONS
from risk.domain.models.answer import ModelInputNotValid
from risk.domain.portfolio.shock import Impact, Shock
from risk.domain.pricing import PPM

MOST_BYTES: Final = 100_000


class ShockNotReadable(ValueError):
    """The message names the file or option, the field and the rule that it breaks."""


class _Impact(msgspec.Struct, forbid_unknown_fields=True):
    pd_multiplier: str = "1"
    sales_multiplier: str = "1"


class _File(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    sectors: dict[str, _Impact]


def read_shock(file: Path) -> Shock:
    """The shock of a file."""
    try:
        body = file.read_bytes()
    except OSError as error:
        raise ShockNotReadable(f"--shock: rule file: {file}: {error.strerror}") from error
    if len(body) > MOST_BYTES:
        raise ShockNotReadable(f"--shock: rule size: {file} is larger than {MOST_BYTES:,} bytes")
    try:
        read = msgspec.json.decode(body, type=_File)
        return Shock(
            name=read.name,
            impacts={sector: _impact(sector, one) for sector, one in read.sectors.items()},
        )
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ShockNotReadable(f"--shock: {file}: {told('file', error)}") from error
    except ModelInputNotValid as error:
        raise ShockNotReadable(f"--shock: {file}: field {error.message}") from error


def shock_of_sector(sector: str, *, pd_times: Decimal, sales_times: Decimal) -> Shock:
    """One sector is hit, named by its letter or its Chinese name."""
    letters = {name: letter for letter, name in SECTIONS.items()}
    letter = letters.get(sector, sector)
    if letter not in SECTIONS:
        known = ", ".join(f"{letter} {name}" for letter, name in SECTIONS.items())
        raise ShockNotReadable(f"--shock-sector: rule sector: {sector} is none of {known}")
    impact = Impact(pd_times_ppm=int(pd_times * PPM), sales_times_ppm=int(sales_times * PPM))
    name = f"{SECTIONS[letter]}：违约概率 × {pd_times}，销售 × {sales_times}"
    return Shock(name=name, impacts={letter: impact})


def _impact(sector: str, one: _Impact) -> Impact:
    return Impact(
        pd_times_ppm=_times(f"sectors.{sector}.pd_multiplier", one.pd_multiplier),
        sales_times_ppm=_times(f"sectors.{sector}.sales_multiplier", one.sales_multiplier),
    )


def _times(field: str, text: str) -> int:
    try:
        times = Decimal(text)
    except InvalidOperation:
        times = Decimal("NaN")
    if not times.is_finite() or abs(times) > PPM:
        raise ModelInputNotValid(f"{field}: must be a number", field=field, rule="number")
    return int(times * PPM)
