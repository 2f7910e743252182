"""`puhui policy backtest` as tests run it: policies, populations in folders, answers."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from infra.cli import build
from risk.adapters.packaged_policies import PackagedPolicies
from tests.support.risk import AS_OF, Row, a_document, a_healthy_firm

OLD = PackagedPolicies().in_force(AS_OF)
INVOICE_HEAD = ("企业代号", "发票号码", "开票日期", "金额", "税额", "价税合计", "发票状态")


@cache
def app() -> Any:
    return build()


def run(policy: Path, population: Path, *more: str, day: str = AS_OF.isoformat()) -> Any:
    given = ["--policy", str(policy), "--population", str(population), "--as-of", day]
    return CliRunner().invoke(app(), ["policy", "backtest", *given, *more])


def answered(policy: Path, population: Path, *more: str, day: str = AS_OF.isoformat()) -> Any:
    result = run(policy, population, *more, "--json", day=day)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def refused(policy: Path, population: Path, *more: str, day: str = AS_OF.isoformat()) -> str:
    result = run(policy, population, *more, day=day)
    assert (result.exit_code, result.stdout) == (2, "")
    assert len(result.stderr.strip().splitlines()) == 1
    return str(result.stderr)


def a_policy(folder: Path, name: str = "new.json", **cells: str) -> Path:
    """The policy in force; `row=cell` writes the cell of the score column in the outcome's row."""
    document = json.loads(OLD.source)
    document["version"] = "test-1"
    for row in document["tables"]["outcome"]["rules"]:
        if row["_id"] in cells:
            row["c3"] = cells[row["_id"]]
    path = folder / name
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return path


def a_file(folder: Path, subject: str = "S1", **more: Any) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{subject}.json"
    invoices = json.loads(a_document(a_healthy_firm()))
    whole = {"subject": subject, "documents": {"invoice/1": invoices}} | more
    path.write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")
    return path


def bank_folder(
    folder: Path, firms: Sequence[dict[str, str]], prefix: str = "", status: str = "有效"
) -> Path:
    """The firms in the format of docs/data-format.md, each with a healthy firm's invoices."""
    folder.mkdir(exist_ok=True)
    _write(folder / f"{prefix}enterprises.csv", list(firms[0]), [list(f.values()) for f in firms])
    for direction, stem, partner in (
        ("out", "output", "购方单位代号"),
        ("in", "input", "销方单位代号"),
    ):
        rows = [
            _line(firm["企业代号"], row, status)
            for firm in firms
            for row in a_healthy_firm(months=30)
            if row["direction"] == direction
        ]
        _write(folder / f"{prefix}{stem}_invoices.csv", [*INVOICE_HEAD, partner], rows)
    return folder


def _line(firm: str, row: Row, status: str) -> list[str]:
    amounts = (f"{row[key] / 100:.2f}" for key in ("amount_fen", "tax_fen", "total_fen"))
    return [firm, row["number"], row["issued_on"], *amounts, status, row["counterparty"]]


def _write(path: Path, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([head, *rows])
