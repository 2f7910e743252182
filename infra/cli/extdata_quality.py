"""`puhui extdata quality`: how good the data of each connector was on a day."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from infra.cli.console import console
from infra.cli.extdata_desk import DEMO_BANK, Bank, day_of, desk_of, print_json, table_of

PPM_PER_PERCENT = 10_000
MILLION = 1_000_000
MAX_FIELDS = 10
"""Fields with drift or nulls on the screen; `--json` has them all."""


def register_quality(extdata: typer.Typer) -> None:
    """Add the command."""
    extdata.command("quality")(quality)


def quality(
    day: Annotated[str | None, typer.Option(help="会计日期; today when left out.")] = None,
    provider: Annotated[str | None, typer.Option(help="Of this provider only.")] = None,
    measure: Annotated[
        bool, typer.Option("--measure", help="Measure it now 立即度量; else as the night did.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As the API answers it.")] = False,
    bank: Bank = DEMO_BANK,
) -> None:
    """Show availability, latency, hit rate, nulls and drift of a day (数据质量)."""
    on = day_of(day)
    with desk_of(bank) as desk:
        path = f"/extdata/quality/{(on or desk.today).isoformat()}"
        found = desk.steward.post(path) if measure else desk.steward.get(path)
    if provider is not None:
        found["items"] = [one for one in found["items"] if one["provider_id"] == provider]
    if as_json:
        print_json(found)
        return
    if not found["items"]:
        console.print(f"{found['on']}: 无度量结果 nothing measured; --measure does it now.")
        return
    console.print(_connectors(found["items"]))
    for one in found["items"]:
        _say_fields(one)


def _connectors(items: list[dict[str, Any]]) -> Any:
    table = table_of(
        "接口 connector", "调用 calls", "可用率", "查得率", "p50 ms", "p95 ms", "p99 ms"
    )
    for one in items:
        table.add_row(
            one["connector_id"],
            str(one["calls"]),
            _percent(one["availability_ppm"]),
            _percent(one["hit_ppm"]),
            *(_text(one[name]) for name in ("p50_ms", "p95_ms", "p99_ms")),
        )
    return table


def _say_fields(one: dict[str, Any]) -> None:
    """The fields that drifted most, then those that are null most often."""
    telling = [field for field in one["fields"] if field["psi_millionths"] or field["null_ppm"]]
    telling.sort(key=lambda field: (-(field["psi_millionths"] or 0), -field["null_ppm"]))
    if not telling:
        return
    table = table_of(f"字段 {one['connector_id']}", "空值率", "PSI", "漂移")
    for field in telling[:MAX_FIELDS]:
        psi = field["psi_millionths"]
        table.add_row(
            field["field"],
            _percent(field["null_ppm"]),
            "" if psi is None else f"{psi / MILLION:.4f}",
            field["drift_name"] or "",
        )
    console.print(table)


def _percent(ppm: int | None) -> str:
    return "" if ppm is None else f"{ppm / PPM_PER_PERCENT:.2f} %"


def _text(value: int | None) -> str:
    return "" if value is None else str(value)
