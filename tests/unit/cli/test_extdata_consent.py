"""`puhui extdata consent` registers a paper and withdraws it by its id alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from infra.cli import extdata_consent

KEPT = {
    "consent_id": "paper-7",
    "status": "live",
    "granted_on": "2026-11-02",
    "expires_on": "2027-11-02",
    "withdrawn_at": None,
}


class Steward:
    """A data steward whose API keeps what it is told."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []

    def put(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        self.asked.append((path, body))
        return KEPT

    def post(self, path: str) -> dict[str, Any]:
        self.asked.append((path, None))
        return KEPT | {"status": "withdrawn", "withdrawn_at": "2026-11-02T04:00:00Z"}


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[Any, list[tuple[str, Any]]]:
    """Run the command at the steward's desk; the result and what was asked."""
    steward = Steward()

    @contextmanager
    def desk_of(bank: str) -> Iterator[Any]:
        yield SimpleNamespace(steward=steward, today=date(2026, 11, 2))

    monkeypatch.setattr(extdata_consent, "desk_of", desk_of)
    app = typer.Typer()
    app.callback()(lambda: None)
    extdata_consent.register_consents(app)
    return CliRunner().invoke(app, ["consent", *arguments]), steward.asked


def test_a_paper_is_registered_by_the_hash_of_its_scan(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    scan = tmp_path / "consent.pdf"
    scan.write_bytes(b"scan")

    result, ((path, body),) = run(
        monkeypatch,
        *("register", "paper-7", "--scope", "tax_invoice", "--evidence", str(scan)),
        *("--uscc", "91340100MA2N00001Q", "--days", "30"),
    )

    assert path == "/extdata/consents/paper-7"
    assert (body["scope"], body["expires_on"], len(body["evidence_sha256"])) == (
        "tax_invoice",
        "2026-12-02",
        64,
    )
    assert "paper-7: live, 2026-11-02 … 2027-11-02" in result.output


def test_a_withdrawal_needs_nothing_but_the_id(monkeypatch: pytest.MonkeyPatch) -> None:
    result, asked = run(monkeypatch, "withdraw", "paper-7")

    assert asked == [("/extdata/consents/paper-7/withdrawal", None)]
    assert "paper-7: withdrawn, 2026-11-02T04:00:00Z" in result.output
