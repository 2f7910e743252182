"""Every five minutes: take the escalations and breaches of warnings that are due."""

from __future__ import annotations

from typing import Any

from puhui.observability import instrument
from servicing.warnings_wiring import sweep_warning_clocks


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Sweep; a run that comes twice, late or beside another takes each step once."""
    swept = sweep_warning_clocks()()
    return {
        "escalated": sum(one.escalated for one in swept),
        "breached": sum(one.breached for one in swept),
    }
