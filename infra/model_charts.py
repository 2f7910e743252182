"""Draws how many applicants can be approved at one bad rate, from reports of `puhui train`.

python -m infra.model_charts REPORT.json… --output docs/images/approval-at-bad-rate.svg
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

MODELS: Final = {
    "best_feature": ("best feature alone", "#b5b5b5"),
    "scorecard": ("plain scorecard", "#d9822b"),
    "champion": ("champion", "#1f5a8a"),
}
BAR_WIDTH: Final = 0.26

Report = Mapping[str, Any]


def draw(reports: Sequence[Report], path: Path) -> None:
    """Write the picture: a group of bars for each data set."""
    import matplotlib

    matplotlib.use("svg")
    with matplotlib.rc_context({"svg.hashsalt": "approval"}):
        from matplotlib import pyplot

        figure, axis = pyplot.subplots(figsize=(8, 4.2), layout="constrained")
        for number, (model, (label, colour)) in enumerate(MODELS.items()):
            shares = [report["approval_at_bad_rate"][model] * 100 for report in reports]
            places = [place + (number - 1) * BAR_WIDTH for place in range(len(reports))]
            bars = axis.bar(places, shares, BAR_WIDTH, color=colour, label=label)
            axis.bar_label(bars, fmt="%.1f")
        axis.set_xticks(range(len(reports)), [_named(report) for report in reports])
        bound = reports[0]["approval_at_bad_rate"]["bad_rate_max"]
        axis.set_ylabel("approved, % of applicants")
        axis.set_title(f"Largest approval with at most {bound:.1%} bad among the approved")
        axis.legend(loc="upper right")
        axis.set_ylim(0, 100)
        figure.savefig(path, metadata={"Date": None})
        pyplot.close(figure)


def _named(report: Report) -> str:
    return f"{report['dataset']}\n{report['bad_rate']:.1%} bad of {report['n']:,}"


def main() -> None:
    """Draw from the reports that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reports", nargs="+", type=Path)
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()
    reports = [json.loads(path.read_text(encoding="utf-8")) for path in arguments.reports]
    draw(reports, arguments.output)


if __name__ == "__main__":
    main()
