"""Training on tables: what is refused at once, and how the figures are shown to people."""

from __future__ import annotations

import json
import sys
from typing import Any, Final

from infra.cli.console import console, errors, fail

TABLES: Final = (
    "gmsc", "taiwan_default", "german", "hmeq", "polish_bankruptcy_1year", "lending_club",
    "cn_sme_invoices", "sba", "tabular",
)  # fmt: skip
CALIBRATIONS: Final = ("none", "platt", "isotonic")
RISKIER_BY: Final = 1.5
"""The same as `layers.models.training.reject_inference.RISKIER_BY`, without loading numpy."""
FIGURES: Final = ("ks", "brier", "calibration_slope")
COLUMNS: Final = ("model", "AUC", "sd", "KS", "Brier", "slope")


def train_table(as_json: bool, *, name: str, data: Any, calibration: Any, **others: Any) -> None:
    """Refuse what cannot be used before anything is installed or fitted; then train."""
    from infra.own_environment import EnvironmentFailed
    from infra.training import run_table_training
    from layers.models.training.options import Options, load, signs
    from layers.models.training.reading import NotUsable

    if name not in TABLES:
        fail(f"there is no model or data set {name}; known are {', '.join(TABLES)}")
    if data is None:
        fail(f"--data: say where the rows of {name} are")
    if calibration not in CALIBRATIONS:
        fail(f"--calibration: {calibration} is none of {', '.join(CALIBRATIONS)}")
    options = Options(name=name, data=data, calibration=calibration, **others)
    try:
        found, _ = load(options)
        signs(options.monotone, found.names)
        figures = run_table_training(options, say=_say)
    except (NotUsable, EnvironmentFailed) as error:
        fail(str(error))
    if as_json:
        sys.stdout.write(json.dumps(figures, ensure_ascii=False, indent=2) + "\n")
    else:
        _show(figures)


def _say(line: str) -> None:
    errors.print(line, markup=False)


def _show(figures: dict[str, Any]) -> None:
    """The models one below the other, then the rest in sentences."""
    console.print(f"{figures['dataset']}: trained 已训练, {figures['protocol']}", markup=False)
    console.print(f"  n = {figures['n']}, bad = {figures['defaults']} ({figures['positive']})")
    console.print("  {:<20}{:>9}{:>9}{:>9}{:>9}{:>9}".format(*COLUMNS))
    models = {"champion": figures, "scorecard": figures["scorecard"], **figures.get("peers", {})}
    for name, told in models.items():
        numbers = (*told["auc"], *(told[key] for key in FIGURES))
        console.print(f"  {name:<20}" + "".join(f"{number:>9.4f}" for number in numbers))
    approval = figures["approval_at_bad_rate"]
    console.print(
        f"  approved with at most {approval['bad_rate_max']:.1%} bad: champion "
        f"{approval['champion']:.1%}, scorecard {approval['scorecard']:.1%}, "
        f"{approval['best_feature_name']} alone {approval['best_feature']:.1%}",
        markup=False,
    )
    if "rejects" in figures:
        told = figures["rejects"]
        console.print(
            f"  refused 拒绝样本: {told['rows']} rows, factor {told['factor']:g}; {told['note']}",
            markup=False,
        )
    if "out_of_time" in figures:
        _show_later(figures["out_of_time"])
    for sentence in (*figures["notes"], *(f"WARNING {one}" for one in figures["warnings"])):
        console.print(f"  {sentence}", markup=False)
    if "artefact" in figures:
        console.print(f"  written 已写入: {figures['artefact']['folder']}", markup=False)


def _show_later(later: dict[str, Any]) -> None:
    told = later["champion"]
    console.print(
        f"  out of time 跨期: AUC {told['auc']:.4f}, KS {told['ks']:.4f}, mean PD "
        f"{told['mean_pd']:.4f} against {later['bad_rate_test']:.4f} observed"
    )
