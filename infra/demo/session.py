"""One demonstration from start to end: local cloud, bank, population, people, report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from infra.config import ROOT
from infra.demo import measure, report
from infra.demo.api import ApiRefused, BankApi, shared_client
from infra.demo.display import board
from infra.demo.people import Approver, Customer, RelationshipManager
from infra.demo.run import Cast, Journey, run, stopwatch

DEMO_BANK: Final = ROOT / "docs" / "examples" / "demo-bank.yaml"
DEFAULT_APPLICANTS: Final = 20
SIMULATED_BUSINESS_DATE: Final = date(2026, 11, 2)
"""The accounting day of the simulated population; a data folder brings its own."""
PATIENCE_SECONDS: Final = 240.0
"""How long a firm may stand still before the demonstration calls it stuck."""


class NoFirms(ValueError):
    """There is nobody to send through the factory; the message says why."""


class Demonstration:
    """Who comes, on which accounting day, to which bank."""

    def __init__(
        self, *, data: Path | None, applicants: int | None, seed: str, port: int, console: Console
    ) -> None:
        """Look at the population before anything is started."""
        self._data = data
        self._seed = seed
        self._wanted = applicants
        self._port = port
        self._console = console
        self.business_date = self._business_date()
        self.count = self._count()
