"""Measure the end of day: in this process on fakes, on the local cloud, and what a loan costs.

python -m tests.benchmarks.end_of_day [--loans 100000] [--cloud-loans 2000]
"""

from __future__ import annotations

import argparse
import sys

from tests.benchmarks.end_of_day.cost import cost_lines
from tests.benchmarks.end_of_day.in_process import measure_in_process
from tests.benchmarks.end_of_day.on_cloud import measure_on_cloud


def main() -> None:
    """Print what was measured, line by line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--loans", type=int, default=100_000)
    parser.add_argument("--cloud-loans", type=int, default=2_000)
    asked, out = parser.parse_args(), sys.stdout
    milliseconds = None
    if asked.loans:
        found = measure_in_process(asked.loans)
        milliseconds = found.milliseconds_a_loan
        print("\n".join(found.lines()), flush=True)  # noqa: T201 (this is what it is for)
    if asked.cloud_loans:
        for line in measure_on_cloud(asked.cloud_loans):
            print(line, file=out, flush=True)
    print("\n".join(cost_lines(milliseconds or 1.0)), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
