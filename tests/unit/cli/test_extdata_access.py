"""`puhui extdata access set` loses no line in force unsaid."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from extdata.domain.limit import Limits
from extdata.domain.permission import AccessRules, Permission
from extdata.views import AccessView
from infra.cli import extdata_access
from infra.cli.extdata_access import lost_lines
from infra.cli.extdata_file import ExtdataFileNotValid

ONE_LINE = "permissions: [{caller: factory, product: tax/1, purposes: [loan_application]}]\n"


def a_line(product: str = "tax/1", *purposes: str, masks: tuple[str, ...] = ()) -> Permission:
    return Permission(
        caller="factory",
        product=product,
        purposes=frozenset(purposes or ("loan_application",)),
        masked_fields=frozenset(masks),
    )


def rules(*lines: Permission, **limits: Any) -> AccessRules:
    return AccessRules(permissions=lines, **limits)


IN_FORCE = rules(
    a_line("tax/1", "loan_application", "post_loan", masks=("snapshot.credit_grade",)),
    a_line("bureau/1"),
    caller_limits=(("factory", Limits(daily=10, monthly=100)),),
    product_limits=(("bureau/1", Limits(daily=5)),),
)


@pytest.mark.parametrize(
    ("after", "lost"),
    [
        (IN_FORCE, []),
        (rules(*IN_FORCE.permissions, a_line("invoice/1")), ["caller_limits", "product_limits"]),
        (
            rules(
                a_line("tax/1"),
                a_line("bureau/1"),
                caller_limits=(("factory", Limits(daily=20)),),
                product_limits=IN_FORCE.product_limits,
            ),
            [
                "factory tax/1 for post_loan",
                "factory tax/1 masks 屏蔽 snapshot.credit_grade",
                "caller_limits factory monthly",
            ],
        ),
        (
            rules(),
            [
                "factory tax/1",
                "factory bureau/1",
                "caller_limits factory",
                "product_limits bureau/1",
            ],
        ),
    ],
)
def test_what_a_table_no_longer_says_is_named(after: AccessRules, lost: list[str]) -> None:
    found = list(lost_lines(IN_FORCE, after))

    assert len(found) == len(lost)
    assert all(line.startswith(start) for line, start in zip(found, lost, strict=True))


class Desk:
    """A risk manager whose bank has a table; remembers what was set."""

    def __init__(self) -> None:
        self.checker, self.onboarding = self, self
        self.set: list[Path] = []

    def get(self, path: str) -> dict[str, Any]:
        return AccessView.of(IN_FORCE).model_dump(mode="json")

    def access(self, file: Path) -> dict[str, Any]:
        self.set.append(file)
        return {"permissions": [1], "version": 2}


def run(monkeypatch: pytest.MonkeyPatch, file: Path, *arguments: str) -> tuple[Any, list[Path]]:
    """Run the command; the result, and the files that were set."""
    desk = Desk()

    @contextmanager
    def desk_of(bank: str) -> Iterator[Any]:
        yield SimpleNamespace(checker=desk, onboarding=desk)

    monkeypatch.setattr(extdata_access, "desk_of", desk_of)
    app = typer.Typer()
    app.callback()(lambda: None)
    extdata_access.register_access(app)
    return CliRunner().invoke(app, ["access", "set", str(file), *arguments]), desk.set


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "access.yaml"
    path.write_text(ONE_LINE, encoding="utf-8")
    return path


def test_a_file_that_lacks_lines_in_force_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    result, done = run(monkeypatch, file)

    for part in ("remove 5 of the lines", "factory bureau/1", "caller_limits factory", "--replace"):
        assert part in result.output
    assert (result.exit_code, done) == (2, [])


def test_replacing_says_what_it_removes(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    result, done = run(monkeypatch, file, "--replace")

    assert "removed 删除 5" in result.output
    assert "factory bureau/1" in result.output
    assert (result.exit_code, done) == (0, [file])


def test_a_file_that_the_api_would_refuse_removes_nothing(
    monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    file.write_text("permissions: [{caller: factory}]\n", encoding="utf-8")

    result, done = run(monkeypatch, file, "--replace")

    assert isinstance(result.exception, ExtdataFileNotValid)
    assert "permissions.0.product" in str(result.exception)
    assert done == []
