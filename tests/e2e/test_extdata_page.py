"""docs/extdata.md is true: its commands, run in order in an empty bank, print what it prints.

When commands or messages change, write the page's outputs anew and read the difference:

    PUHUI_RECORD=1 .venv/bin/python -m pytest -n 0 tests/e2e/test_extdata_page.py
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from infra.config import ROOT
from infra.local.cloud import LocalCloud
from tests.support.page_walk import PageWalk, Step, rewritten, steps_of

pytestmark = pytest.mark.e2e

PAGE = ROOT / "docs" / "extdata.md"
RECORD = "PUHUI_RECORD"


def walked(cloud: LocalCloud, folder: Path) -> list[tuple[Step, Step]]:
    """Each step as the page has it and as this run saw it."""
    for name in (".venv", "docs"):
        (folder / name).symlink_to(ROOT / name)
    environment = {"PUHUI_STATE_DIR": str(cloud.state_dir), "PUHUI_URL": "", "PUHUI_TOKEN": ""}
    walk = PageWalk(folder, environment, follows=("audit verify",))
    return [(step, walk.run(step)) for step in steps_of(PAGE.read_text(encoding="utf-8"))]


def test_the_page_prints_what_its_commands_print(data_cloud: LocalCloud, tmp_path: Path) -> None:
    pairs = walked(data_cloud, tmp_path)

    if os.environ.get(RECORD):
        PAGE.write_text(rewritten(PAGE.read_text(encoding="utf-8"), pairs), encoding="utf-8")
        pytest.skip(f"{PAGE.name} was written anew: read the difference")
    different = [
        f"$ {page.command}\n--- the page\n{page.output}\n--- this run\n{now.output}"
        for page, now in pairs
        if page.stable != now.stable
    ]
    assert not different, "\n\n".join([f"{RECORD}=1 writes the page anew", *different])


def test_the_page_begins_with_what_a_fresh_clone_needs() -> None:
    text = PAGE.read_text(encoding="utf-8")

    assert text.index("make setup") < text.index("puhui up ") < text.index("$ ")
