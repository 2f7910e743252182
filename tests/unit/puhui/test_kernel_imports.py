"""What the kernel may import: no module, no numpy, Powertools in one file, names from 3.11 on."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import puhui

KERNEL = Path(puhui.__file__).parent
FILES = sorted(KERNEL.rglob("*.py"))
MODULES = {
    "intake",
    "extdata",
    "risk",
    "servicing",
    "operations",
    "signing",
    "factory",
    "sandbox",
    "infra",
}
ONLY_IN = {
    "aws_lambda_powertools": {"observability.py"},
    "chalice": {"http_app.py"},
    "numpy": {f"columns/{name}.py" for name in ("arrays", "decode", "encode", "npy", "read")},
    "boto3": {"aws.py"},
    "jwt": {"identity/keys.py", "identity/tokens.py"},
}


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(KERNEL)))
def test_a_file_imports_what_it_may(path: Path) -> None:
    names, file = imported(path), path.relative_to(KERNEL).as_posix()

    assert not names & MODULES
    assert [lib for lib, homes in ONLY_IN.items() if lib in names and file not in homes] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(KERNEL)))
def test_a_file_says_what_it_is_for_and_stays_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert ast.get_docstring(ast.parse(text))
    assert len(text.splitlines()) <= 300


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(KERNEL)))
def test_a_file_is_python_3_11(path: Path) -> None:
    ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 11))


def test_the_edges_of_a_function_load_neither_numpy_nor_token_checks() -> None:
    code = (
        "import sys, puhui.http, puhui.dynamodb, puhui.identity, puhui.sqs, puhui.sealing;"
        "import puhui.contracts.facts, puhui.fact_schemas.structs;"
        "print(sorted({'numpy', 'onnxruntime', 'jwt', 'httpx'} & set(sys.modules)))"
    )

    answer = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(KERNEL.parent), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert answer.stdout.strip() == "[]"
