"""Trains on a table and prints the figures as JSON: a named public data set, or anybody's file.

    python -m layers.models.training.tabular gmsc --data FOLDER
    python -m layers.models.training.tabular tabular --data FILE --target COLUMN

Progress goes to standard error, the report alone to standard output. What cannot be used ends
with code 2 and one sentence that names the field and the rule.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from layers.models.training.firm_table import YEAR_EARLIER, firm_dataset
from layers.models.training.options import FIRMS, NAMED, TABULAR, Options, load, signs
from layers.models.training.reading import NotUsable
from layers.models.training.reject_inference import RISKIER_BY, told_of

TROUBLE: Final = 2


def options_of(arguments: list[str] | None = None) -> Options:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=(*NAMED, TABULAR))
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--output", type=Path)
    parser.add_argument("--target")
    parser.add_argument("--positive")
    parser.add_argument("--drop", default="")
    parser.add_argument("--date")
    parser.add_argument("--id", dest="identifier")
    parser.add_argument("--missing", default="")
    parser.add_argument("--monotone", default="")
    parser.add_argument("--calibration", choices=("none", "platt", "isotonic"), default="none")
    parser.add_argument("--repeats", type=int)
    parser.add_argument("--rejects", type=Path)
    parser.add_argument("--reject-factor", type=float, default=RISKIER_BY)
    return Options(**vars(parser.parse_args(arguments)))


def train(options: Options) -> dict[str, Any]:
    """Validate, and with --output also fit all rows and write artefact, card and pictures."""
    from layers.models.training.evaluation import Plan, evaluate
    from layers.models.training.out_of_time import out_of_time
    from layers.models.training.training_report import report

    found, last_day = load(options)
    plan = Plan(
        monotone=signs(options.monotone, found.names),
        calibration=options.calibration,
        repeats=options.repeats,
        reject_factor=options.reject_factor,
    )
    _say(f"{len(found.bad)} rows, {int(found.bad.sum())} bad, {len(found.columns)} features")
    for note in found.notes:
        _say(note)
    evaluation = evaluate(found, plan, _say)
    told = {"dataset": options.name, "trained": True, **report(found, evaluation)}
    told |= told_of(found, plan.reject_factor)
    if found.days is not None:
        _say("out of time: trained on the earlier rows, scored on the later")
        told["out_of_time"] = out_of_time(found, replace(plan, peers=False), last_day)
    if options.name == FIRMS:
        _say("the same firms a year earlier")
        earlier = firm_dataset(options.data, YEAR_EARLIER)
        told["one_year_earlier"] = report(earlier, evaluate(earlier, plan, _say))
    if options.output:
        from layers.models.training.artefact import write_artefact

        told["artefact"] = write_artefact(
            options.output, options.name, found, plan, evaluation, finite(told)
        )
    return told


def finite(told: Any) -> Any:
    """A figure that does not exist, such as the slope of a perfect order, is null in JSON."""
    if isinstance(told, dict):
        return {key: finite(value) for key, value in told.items()}
    if isinstance(told, list):
        return [finite(value) for value in told]
    return None if isinstance(told, float) and not math.isfinite(told) else told


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def main() -> int:
    """Print the report; 2 where the file or an option cannot be used."""
    try:
        told = train(options_of())
    except NotUsable as error:
        sys.stderr.write(f"{error}\n")
        return TROUBLE
    json.dump(finite(told), sys.stdout, ensure_ascii=False, indent=2, allow_nan=False)
    sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
