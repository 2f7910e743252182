"""The candidates of a portfolio from a folder of firms, and where their trade is known from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from infra.backtest_firm_files import PopulationNotReadable, has_firms
from infra.backtest_population import read_population
from infra.cli.policy_files import ARTEFACTS
from risk.adapters.carded_formulas import CardedFormulas
from risk.adapters.model_cards import ModelCards
from risk.adapters.onnx_models import OnnxModels
from risk.adapters.packaged_policies import PackagedParameters, PackagedPolicies
from risk.adapters.zen_tables import ZenTables
from risk.domain.backtest import Applicant, population_sha256
from risk.domain.errors import PolicyNotValid
from risk.domain.policy import Policy
from risk.domain.portfolio.candidate import Candidate, TradeBasis
from risk.domain.scorecard import ModelCard
from risk.usecases.ask_models import AskModels
from risk.usecases.find_candidates import FindCandidates
from sandbox.adapters.firm_folder import FirmFolder
from sandbox.domain.firm_records import FirmFileNotReadable, FirmRecord
from sandbox.domain.real_firms import SECTION_WORDS

ASKED_YUAN: Final = 1_000_000
"""Everybody is taken to ask for the most; capacity and grade say how much they may have."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """The firms without an outcome, and what they were judged with."""

    as_of: date
    candidates: tuple[Candidate, ...]
    policy: Policy
    card: ModelCard
    population_sha256: str


def find(folder: Path, as_of: date | None) -> Found:
    """Read and judge every firm; a folder that cannot be read is `PopulationNotReadable`."""
    if not folder.is_dir():
        raise PopulationNotReadable(f"--data: rule folder: {folder} is not a folder")
    day, trades = _day_and_trades(folder, as_of)
    cards = ModelCards(ARTEFACTS)
    policy, models = _in_force(day), OnnxModels(cards)
    candidates_of = FindCandidates(
        models, AskModels(CardedFormulas(cards)), PackagedParameters(), ZenTables(), trades
    )
    candidates, hashes = candidates_of(_population(folder, day), day, policy)
    if not candidates:
        raise PopulationNotReadable(f"--data: rule firms: {folder} has no firm without an outcome")
    return Found(
        as_of=day,
        candidates=candidates,
        policy=policy,
        card=models.card(next(iter(policy.models))),
        population_sha256=population_sha256(hashes),
    )


def _population(folder: Path, day: date) -> Iterator[Applicant]:
    try:
        yield from read_population(folder, day, amount_yuan=ASKED_YUAN)
    except PopulationNotReadable as error:
        raise PopulationNotReadable(str(error).replace("--population:", "--data:", 1)) from error


def _day_and_trades(folder: Path, as_of: date | None) -> tuple[date, dict[str, TradeBasis]]:
    """The day after the folder's extract, unless one is named; firms in JSON say it themselves."""
    if not has_firms(folder):
        if as_of is None:
            raise PopulationNotReadable(
                f"--data: rule files: {folder} has no enterprises.csv and no enterprises.csv.gz; "
                "a folder of <id>.json files needs --as-of"
            )
        return as_of, {}
    try:
        files = FirmFolder(folder)
        day = files.extract.business_date if as_of is None else as_of
    except FirmFileNotReadable as error:
        raise PopulationNotReadable(
            f"{folder}: field {error.field or '(files)'}: rule {error.rule}: {error.message}"
        ) from error
    except (OSError, EOFError) as error:
        raise PopulationNotReadable(f"{folder}: field (files): rule data.files: {error}") from error
    return day, {one.firm_id: _basis(one) for one in files.records}


def _basis(record: FirmRecord) -> TradeBasis:
    """A name with a word of a trade is a guess; one without is taken for trade (F)."""
    if record.given.get("industry_section"):
        return "file"
    words = " ".join(words for _, words in SECTION_WORDS).split()
    return "name" if any(word in record.name for word in words) else "none"


def _in_force(day: date) -> Policy:
    try:
        return PackagedPolicies().in_force(day)
    except PolicyNotValid as error:
        raise PopulationNotReadable(f"--as-of: rule policy.in_force: {error.message}") from error
