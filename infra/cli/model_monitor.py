"""`puhui models monitor`: what the last night found, or what an archive says of the models."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from infra.cli.console import console, fail
from infra.cli.decision_archive import KeyOption
from infra.cli.risk_desk import DEMO_BANK

if TYPE_CHECKING:
    from infra.monitoring_sources import Found, Told
    from risk.domain.monitoring.challenger import ChallengerReport
    from risk.usecases.collect_scores import CollectedArchive

CHARTS: Final = (".svg", ".png")
ON_AWS: Final = "--env reads an account on AWS, --archive a folder: name one of them"


Model = Annotated[
    str | None, typer.Argument(help="One model in full: M08 or its name.", metavar="MODEL")
]
Bank = Annotated[str | None, typer.Option(help=f"Bank id; {DEMO_BANK}, or the archive's only one.")]
Challenger = Annotated[
    str | None, typer.Option(help="Compare MODEL with this one, which answered beside it.")
]
Now = Annotated[
    bool, typer.Option("--now", help="Measure all decisions on record, not the last night.")
]
Env = Annotated[
    str | None, typer.Option(help="An environment on AWS, by your credentials; else `puhui up`.")
]
Archive = Annotated[
    Path | None, typer.Option(help="Measure an archive folder, such as .puhui/archive.")
]
OutcomesFile = Annotated[
    Path | None, typer.Option(help="With --archive: CSV application_id,result,known_on.")
]
ReviewsFile = Annotated[Path | None, typer.Option(help="With --archive: CSV decision_id,outcome.")]
GroupsFile = Annotated[
    Path | None,
    typer.Option(help="With --archive or --now: CSV customer_id,ATTRIBUTE… for fairness."),
]
Chart = Annotated[Path | None, typer.Option(help="Draw it: FILE.svg or FILE.png.")]
Json = Annotated[bool, typer.Option("--json", help="For programs.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The options that say what is looked at."""

    model: str | None
    challenger: str | None
    bank: str | None
    env: str | None
    now: bool
    archive: Path | None
    key: Path | None
    outcomes: Path | None
    reviews: Path | None
    groups: Path | None


def monitor(  # noqa: PLR0913  (one parameter per option)
    model: Model = None,
    *,
    bank: Bank = None,
    challenger: Challenger = None,
    now: Now = False,
    env: Env = None,
    archive: Archive = None,
    key: KeyOption = None,
    outcomes: OutcomesFile = None,
    reviews: ReviewsFile = None,
    groups: GroupsFile = None,
    chart: Chart = None,
    as_json: Json = False,
) -> None:
    """模型监控: drift, AUC and KS by vintage, rates, fairness; the worst model first."""
    asked = Asked(
        model=_model(model), challenger=_model(challenger), bank=bank, env=env, now=now,
        archive=archive, key=key, outcomes=outcomes, reviews=reviews, groups=groups,
    )  # fmt: skip
    _check(asked, chart)
    found, compared = _found(asked)
    if asked.model is not None:
        found = _only(found, asked.model)
    _draw(found, asked.model, chart)
    _show(found, compared, asked, as_json)
    if chart is not None and not as_json:
        console.print(f"图 chart: {chart}", markup=False)


def _check(asked: Asked, chart: Path | None) -> None:
    """Refuse what does not fit together before anything is read."""
    measured = asked.archive is not None or asked.now
    if asked.archive is not None and (asked.env is not None or asked.now):
        fail(ON_AWS if asked.env else "--now measures a cloud's records, --archive a folder's")
    for name, file, allowed in (
        ("--outcomes", asked.outcomes, asked.archive is not None),
        ("--reviews", asked.reviews, asked.archive is not None),
        ("--groups", asked.groups, measured),
    ):
        if file is not None and not allowed:
            fail(f"{name}: a night's report is kept as it is; give --archive to measure anew")
    if asked.challenger is not None and asked.model in {None, asked.challenger}:
        fail("--challenger: name another MODEL, the champion, before it")
    if asked.env is not None and asked.bank is None:
        fail("--bank: name the bank of this environment")
    if chart is not None and chart.suffix not in CHARTS:
        fail(f"--chart: rule suffix: {chart.name} ends in neither .svg nor .png")
    if chart is not None and (chart.is_dir() or not os.access(chart.resolve().parent, os.W_OK)):
        fail(f"--chart: rule writable: {chart} is not a file that can be written")


def _found(asked: Asked) -> tuple[Found, ChallengerReport | None]:
    from infra.monitoring_files import FileNotUsable
    from puhui.errors import PuhuiError

    try:
        return _measured(asked) if asked.archive is not None or asked.now else _kept(asked)
    except FileNotUsable as error:
        fail(str(error))
    except PuhuiError as error:
        fail(error.message)


def _kept(asked: Asked) -> tuple[Found, ChallengerReport | None]:
    from infra.monitoring_cloud import risk_cloud
    from infra.monitoring_sources import challenged, kept, window_of

    bank = asked.bank or DEMO_BANK
    with risk_cloud(asked.env) as cloud:
        found = kept(bank, cloud.read_monitoring)
        if found.night is None:
            fail(f"no night has measured a model of {bank} yet 尚无夜间报告: try --now")
        if asked.model is None or asked.challenger is None:
            return found, None
        window = window_of(bank, found.night, cloud.scores, cloud.outcomes)
        return found, challenged(asked.model, asked.challenger, *window)


def _measured(asked: Asked) -> tuple[Found, ChallengerReport | None]:
    from infra.monitoring_sources import challenged, measured

    bank, archive, told = _records(asked)
    found = measured(bank, archive, told)
    if asked.model is None or asked.challenger is None:
        return found, None
    decisions = archive.banks.get(bank, ())
    return found, challenged(asked.model, asked.challenger, decisions, told.outcomes)


def _records(asked: Asked) -> tuple[str, CollectedArchive, Told]:
    """The decisions that are measured, of which bank, and what is known beside them."""
    from infra.monitoring_cloud import risk_cloud
    from infra.monitoring_files import read_groups, read_outcomes, read_reviews
    from infra.monitoring_sources import Told, cards
    from risk.usecases.collect_scores import collected_archive

    groups = None if asked.groups is None else read_groups(asked.groups)
    if asked.archive is None:
        bank = asked.bank or DEMO_BANK
        with risk_cloud(asked.env) as cloud:
            archive = collected_archive(cloud.archive, cloud.listings, cards())
            return bank, archive, Told(outcomes=cloud.known_outcomes(bank), groups=groups)
    from infra.cli.decision_archive import opened

    folder: Any = opened(asked.archive, asked.key, None, None)
    archive = collected_archive(folder, folder, cards())
    bank = asked.bank or _only_bank(archive.banks)
    decisions = archive.banks.get(bank, ())
    return bank, archive, Told(
        outcomes=() if asked.outcomes is None else read_outcomes(asked.outcomes, decisions),
        reviewed={} if asked.reviews is None else read_reviews(asked.reviews),
        groups=groups,
    )  # fmt: skip


def _only_bank(banks: Mapping[str, Any]) -> str:
    if len(banks) != 1:
        named = ", ".join(banks) or "none that can be read"
        fail(f"--bank: the archive has decisions of several banks or none: {named}")
    return next(iter(banks))


def _model(name: str | None) -> str | None:
    """The id of a statistical model; others predict nothing that could be monitored."""
    if name is None:
        return None
    from infra.cli.models import entry_of
    from infra.monitoring_sources import cards

    found = entry_of(name)
    if found.id not in cards():
        fail(f"{name} is no statistical model: {', '.join(sorted(cards()))} are")
    return found.id


def _only(found: Found, model: str) -> Found:
    lines = tuple(one for one in found.lines if one.report.model_id == model)
    if not lines:
        fail(f"{model} answered in no decision of {found.bank_id} 该模型没有回答")
    return replace(found, lines=lines)


def _draw(found: Found, model: str | None, chart: Path | None) -> None:
    if chart is None:
        return
    from infra.monitoring_chart import draw_overview, draw_sheet

    if model is None:
        draw_overview([one.report for one in found.lines], chart)
    else:
        draw_sheet(found.lines[0].report, chart)


def _show(found: Found, compared: ChallengerReport | None, asked: Asked, as_json: bool) -> None:
    from infra.monitoring_overview import document, night_lines, overview
    from infra.monitoring_report import challenger_tables, tables
    from puhui.clock import CHINA, SystemClock

    if as_json:
        text = json.dumps(document(found, compared), ensure_ascii=False, indent=2)
        sys.stdout.write(text + "\n")
        return
    today: datetime = SystemClock().now().astimezone(CHINA)
    parts: list[Any] = []
    if asked.model is None:
        parts += overview(found, today.date())
    else:
        parts += tables(found.lines[0].report)
        parts += night_lines(found.lines[0])
    if compared is not None:
        parts.append(
            f"冠军 {asked.model}，挑战者 {asked.challenger}：各取最安全的同样户数通过 "
            "each approves the same number, its safest"
        )
        parts += challenger_tables(compared)
    for part in parts:
        if isinstance(part, str):
            console.print(part, markup=False)
        else:
            console.print(part)
