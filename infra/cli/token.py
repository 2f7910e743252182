"""`puhui token`: a development token for the local cloud."""

from __future__ import annotations

from typing import Annotated

import typer

from infra.cli.console import console, fail

DEFAULT_URL = "http://127.0.0.1:8080"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("token")(token)


def token(
    role: Annotated[list[str], typer.Option(help="May be given more than once.")],
    bank: Annotated[str, typer.Option(help="Bank id, as in `puhui bank init`.")],
    branch: Annotated[str | None, typer.Option(help="Branch id, for branch staff.")] = None,
    customer: Annotated[str | None, typer.Option(help="Customer id, for a borrower.")] = None,
    subject: Annotated[
        str | None, typer.Option(help="`sub`; else the customer, or ROLE-BANK.")
    ] = None,
    hours: Annotated[float, typer.Option(min=0.01, max=24, help="How long it is valid.")] = 1.0,
) -> None:
    """Print a token that the running local cloud accepts (keys in .puhui/, this machine only)."""
    from infra.local.overrides import STATE_DIR
    from infra.local.running import description_of
    from infra.local.tokens import TokenIssuer, UnknownRole

    running = description_of(STATE_DIR)
    url = running["gateway_url"] if running else DEFAULT_URL
    issuer = TokenIssuer.at(STATE_DIR, f"{url}/oidc")
    try:
        issued = issuer.issue(
            role,
            bank,
            branch=branch,
            customer=customer,
            subject=subject,
            life_seconds=int(hours * 3600),
        )
    except UnknownRole as unknown:
        fail(str(unknown))
    console.print(issued, markup=False)
