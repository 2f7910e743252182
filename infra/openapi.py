"""Writes the OpenAPI document of each module with an API, from its routes, into docs/openapi.

python -m infra.openapi [--check]
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any, Final

from infra.config import ROOT, existing_modules
from infra.generated import write_or_check
from puhui.openapi import openapi_document

FOLDER: Final = ROOT / "docs" / "openapi"
TITLES: Final = {
    "intake": "移动展业 Intake",
    "extdata": "外部数据服务 External data",
    "risk": "数字风控 Risk",
    "diligence": "智能尽调 Due diligence",
    "signing": "电子签约 Signing",
    "servicing": "贷款核算与贷后 Servicing",
    "operations": "综合运营管理 Operations",
    "factory": "信贷工厂 Factory",
    "sandbox": "沙箱 Sandbox",
}


OTHERS: Final[dict[str, tuple[str, ...]]] = {
    "risk": ("risk.decide_api",),
    "servicing": (
        "servicing.debtors_api",
        "servicing.rail_api",
    ),
}
"""Route modules besides `<module>.api`, whose routes another function answers."""


def modules_with_api() -> list[str]:
    """List the modules that have both a stack and routes."""
    return sorted(
        module
        for module in existing_modules()
        if (ROOT / "functions" / module / "api.py").is_file()
    )


def document(module: str) -> dict[str, Any]:
    """Describe one module's API; importing its routes needs no environment."""
    routes = importlib.import_module(f"{module}.api").routes
    others = [importlib.import_module(other).routes for other in OTHERS.get(module, ())]
    described: dict[str, Any] = openapi_document(
        routes, f"Puhui 普惠 {TITLES[module]}", others=others
    )
    return described


def documents() -> dict[Path, str]:
    """Write each module's document as text, by its path."""
    return {FOLDER / f"{module}.json": _text(document(module)) for module in modules_with_api()}


def _text(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def main() -> int:
    """Write the documents, or check that they are what would be written."""
    return write_or_check("infra.openapi", __doc__, documents)


if __name__ == "__main__":
    sys.exit(main())
