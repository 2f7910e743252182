"""Writes the declared table of permissions from the templates; read its difference, then commit.

python -m tests.infra.declare_actions
"""

from __future__ import annotations

import json

from infra.synth import synthesise
from tests.infra.conftest import templates_of
from tests.infra.test_permissions import DECLARED, granted

if __name__ == "__main__":
    table = granted(templates_of(synthesise()))
    DECLARED.write_text(json.dumps(table, indent=2, sort_keys=True) + "\n", encoding="utf-8")
