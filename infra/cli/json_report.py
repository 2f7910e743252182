"""`--report FILE`: a demonstration's result as JSON; a bad place is refused before it begins."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from infra.cli.console import console, fail


def check_report(report: Path | None) -> None:
    """Fail now if the report could not be written at the end."""
    if report is not None and not os.access(report.resolve().parent, os.W_OK):
        fail(f"--report: {report.resolve().parent} is not a folder that can be written to")


def write_report(report: Path | None, result: Any) -> None:
    """Write it and say where, if one was asked for."""
    if report is None:
        return
    text = json.dumps(result, ensure_ascii=False, indent=2)
    report.write_text(f"{text}\n", encoding="utf-8")
    console.print(f"Report 报告: {report}")
