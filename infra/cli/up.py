"""`puhui up`: the whole platform on one port until Ctrl-C."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infra.cli.console import console, fail

if TYPE_CHECKING:
    from infra.local.cloud import LocalCloud

DEFAULT_PORT = 8080


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("up")(up)


def up(
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = DEFAULT_PORT,
    modules: Annotated[
        str | None, typer.Option(help="Comma-separated; all of them when left out.")
    ] = None,
    business_date: Annotated[
        str, typer.Option(help="会计日期, an ISO date, or `calendar` for today in China.")
    ] = "calendar",
    assembly: Annotated[
        Path | None,
        typer.Option(help="A synthesised assembly; made from the sources when left out."),
    ] = None,
    schedules: Annotated[
        bool, typer.Option("--schedules", help="Let schedules fire by the clock.")
    ] = False,
) -> None:
    """Serve every API on one port, with tokens, uploads and API pages, until Ctrl-C."""
    from infra.local.cloud import LocalCloud

    folder = assembly or synthesised(modules)
    with console.status("Starting the local cloud …"):
        cloud = LocalCloud(
            folder, port=port, business_date=business_date, schedules_enabled=schedules
        ).start()
    with cloud:
        say_where(cloud)
        cloud.serve_until_interrupted()
    console.print("Stopped. 已停止。")


def synthesised(modules: str | None = None) -> Path:
    """The assembly of the sources as they are now; seconds when they changed, else at once."""
    from infra.synth import SynthesisFailed, synthesise

    with console.status("Synthesising the stacks …"):
        try:
            return synthesise(modules=modules.split(",") if modules else None)
        except SynthesisFailed as failed:
            fail(f"synthesis failed:\n{failed}")


def say_where(cloud: LocalCloud) -> None:
    """Print every address, how to get a token, and how to apply for a loan."""
    url = cloud.gateway_url
    console.print(f"\n[bold]普惠 Puhui[/] on {url}, in {cloud.started_seconds:.1f} s")
    for module in cloud.modules:
        console.print(f"  {module:<12} {url}/{module}")
    console.print(f"  {'API 文档':<9} {url}/docs")
    console.print(f"  {'token keys':<12} {url}/oidc/jwks.json")
    console.print(f"  {'AWS endpoint':<12} {cloud.endpoint}  ({cloud.account.region})")
    console.print(f"  {'logs':<12} {cloud.state_dir / 'logs'}")
    console.print(f"  {'会计日期':<8} {cloud.business_date}")
    if "intake" in cloud.modules:
        console.print("\nIn another terminal 另开一个终端:", HOW_TO_APPLY.format(url=url), sep="\n")
    console.print("\nCtrl-C stops everything. 按 Ctrl-C 停止。")


HOW_TO_APPLY = """\
  puhui bank init docs/examples/demo-bank.yaml --url {url} \\
      --token $(puhui token --role admin --bank demo-bank --subject admin)
  TOKEN=$(puhui token --role relationship_manager --bank demo-bank --branch hefei)
  curl -s {url}/intake/products -H "Authorization: Bearer $TOKEN"
  curl -s {url}/intake/customers -H "Authorization: Bearer $TOKEN" \\
      -H 'Content-Type: application/json' -d '{{"kind": "sole_proprietor", "name": "徽风茶行",
        "uscc": "92340100MA2MRDQ57X", "legal_person_name": "程立",
        "legal_person_id": "340102199003070019", "phone": "13800000000",
        "address": "合肥市庐阳区长江路1号", "region_code": "340100", "industry_section": "F",
        "established_on": "2016-05-03", "payout_account": "6228480000000000",
        "branch_id": "hefei"}}'
  CUSTOMER=…   # customer_id of the answer
  for scope in credit_query data_processing; do
    curl -s {url}/intake/customers/$CUSTOMER/consents -H "Authorization: Bearer $TOKEN" \\
      -H 'Content-Type: application/json' -d '{{"scope": "'$scope'", "version": "v1",
        "expires_on": "2099-12-31", "evidence_sha256": "'$(printf 0%.0s $(seq 64))'"}}'
  done
  curl -s {url}/intake/applications -H "Authorization: Bearer $TOKEN" \\
      -H "Idempotency-Key: first-try" -H 'Content-Type: application/json' \\
      -d '{{"customer_id": "'$CUSTOMER'", "product_code": "…", "amount_fen": 20000000,
        "term_months": 12, "repayment_method": "equal_instalment", "purpose": "进货"}}'
  APPLICATION=…  # application_id of the answer
  curl -s -X POST {url}/intake/applications/$APPLICATION/submission \\
      -H "Authorization: Bearer $TOKEN"
  puhui show $APPLICATION
"""
