"""`puhui extdata consent`: paper consents, registered, shown and withdrawn at the counter."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from infra.cli.console import console
from infra.cli.extdata_desk import DEMO_BANK, Bank, desk_of, given, print_json

ConsentId = Annotated[str, typer.Argument(help="The bank's own number of the paper.")]
Number = Annotated[str | None, typer.Option()]


def register_consents(extdata: typer.Typer) -> None:
    """Add the command group."""
    consents = typer.Typer(help="Paper consents 纸质授权.", no_args_is_help=True)
    consents.command("register")(register_consent)
    consents.command("show")(show_consent)
    consents.command("withdraw")(withdraw_consent)
    extdata.add_typer(consents, name="consent")


def register_consent(  # noqa: PLR0913, PLR0917  (a consent has these parts)
    consent_id: ConsentId,
    scope: Annotated[
        str,
        typer.Option(
            help="credit_bureau, tax_invoice, data_processing, third_party_sharing, "
            "sensitive_data: which product needs which, docs/extdata.md says."
        ),
    ],
    evidence: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="The scan.")],
    uscc: Number = None,
    id_number: Number = None,
    purpose: Annotated[list[str] | None, typer.Option(help="May be given more than once.")] = None,
    days: Annotated[int, typer.Option(min=1, max=1830, help="Valid from today.")] = 365,
    bank: Bank = DEMO_BANK,
) -> None:
    """Register a paper consent (登记授权); its terms are kept once."""
    with desk_of(bank) as desk:
        body: dict[str, Any] = {
            "scope": scope,
            "purposes": purpose or ["loan_application"],
            "granted_on": desk.today.isoformat(),
            "expires_on": (desk.today + timedelta(days=days)).isoformat(),
            "evidence_sha256": hashlib.sha256(evidence.read_bytes()).hexdigest(),
            **given(uscc=uscc, id_number=id_number),
        }
        _say(desk.steward.put(f"/extdata/consents/{consent_id}", body))


def show_consent(consent_id: ConsentId, bank: Bank = DEMO_BANK) -> None:
    """Show a consent's terms and how it stands today; whom it is about is not shown."""
    with desk_of(bank) as desk:
        print_json(desk.steward.get(f"/extdata/consents/{consent_id}"))


def withdraw_consent(consent_id: ConsentId, bank: Bank = DEMO_BANK) -> None:
    """End a registered consent at once, for good (撤回授权)."""
    with desk_of(bank) as desk:
        _say(desk.steward.post(f"/extdata/consents/{consent_id}/withdrawal"))


def _say(kept: dict[str, Any]) -> None:
    ended = kept["withdrawn_at"]
    until = f"{kept['granted_on']} … {kept['expires_on']}" if ended is None else ended
    console.print(f"{kept['consent_id']}: {kept['status']}, {until}", markup=False)
