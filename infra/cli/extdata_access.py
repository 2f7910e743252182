"""`puhui extdata access`: set who may ask for what; no line in force is lost unsaid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.cli.console import console, fail
from infra.cli.extdata_desk import DEMO_BANK, Bank, Desk, desk_of

if TYPE_CHECKING:
    from extdata.domain.limit import Limits
    from extdata.domain.permission import AccessRules

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False)]
Replace = Annotated[
    bool, typer.Option("--replace", help="Also remove lines in force that the file lacks 删除.")
]


def register_access(extdata: typer.Typer) -> None:
    """Add the command group."""
    access = typer.Typer(help="Who may ask for what 访问权限.", no_args_is_help=True)
    access.callback()(_group)
    access.command("set")(set_access)
    extdata.add_typer(access, name="access")


def set_access(file: File, bank: Bank = DEMO_BANK, replace: Replace = False) -> None:
    """Set the whole table of permissions and limits (访问权限); what is not written is denied."""
    with desk_of(bank) as desk:
        agree_to_losses(desk, file, replace)
        kept = desk.onboarding.access(file)
    console.print(f"{len(kept['permissions'])} permissions 权限, version {kept['version']}.")


def agree_to_losses(desk: Desk, file: Path, replace: bool) -> None:
    """Say which lines in force the file removes; without `--replace` the command ends here."""
    from extdata.views import AccessView
    from infra.cli.extdata_file import read_access_file

    in_force = AccessView.model_validate(desk.checker.get("/extdata/access")).to_domain()
    lost = list(lost_lines(in_force, _rules_of(file, read_access_file(file))))
    if not lost:
        return
    listed = "\n".join(f"  {line}" for line in lost)
    if not replace:
        fail(
            f"{file} would remove {len(lost)} of the lines in force 将删除现行的 {len(lost)} 行; "
            f"nothing was changed 未作更改. Write them too, or remove them by --replace:\n{listed}"
        )
    console.print(f"removed 删除 {len(lost)}:\n{listed}", markup=False)


def lost_lines(before: AccessRules, after: AccessRules) -> Iterator[str]:
    """What one table allows, masks or limits and another one no longer does, a line each."""
    left = _allowed(after)
    for line, purposes in _allowed(before).items():
        if line not in left:
            yield line
            continue
        yield from (f"{line} for {one}" for one in sorted(purposes.keys() - left[line].keys()))
        kept = purposes.keys() & left[line].keys()
        unmasked = frozenset().union(*(purposes[one] - left[line][one] for one in kept))
        yield from (f"{line} masks 屏蔽 {field}" for field in sorted(unmasked))
    yield from _lost_limits("caller_limits", dict(before.caller_limits), dict(after.caller_limits))
    yield from _lost_limits(
        "product_limits", dict(before.product_limits), dict(after.product_limits)
    )


def _lost_limits(
    kind: str, before: Mapping[str, Limits], after: Mapping[str, Limits]
) -> Iterator[str]:
    for name, limits in before.items():
        if name not in after:
            yield f"{kind} {name}"
            continue
        for one in ("rate_per_second", "burst", "daily", "monthly"):
            if getattr(limits, one) is not None and getattr(after[name], one) is None:
                yield f"{kind} {name} {one}"


def _allowed(rules: AccessRules) -> dict[str, dict[str, frozenset[str]]]:
    """Each caller and product with its purposes and their masks; the first line counts."""
    found: dict[str, dict[str, frozenset[str]]] = {}
    for one in rules.permissions:
        purposes = found.setdefault(f"{one.caller} {one.product}", {})
        for purpose in sorted(one.purposes):
            purposes.setdefault(purpose, one.masked_fields)
    return found


def _rules_of(file: Path, content: dict[str, Any]) -> AccessRules:
    """The file's rules; what the API would refuse is refused here already."""
    from pydantic import ValidationError

    from extdata.schemas import AccessBody
    from infra.cli.extdata_file import ExtdataFileNotValid
    from puhui.safe_errors import unprocessable

    try:
        return AccessBody.model_validate(content).to_domain()
    except ValidationError as error:
        raise ExtdataFileNotValid(f"{file}: {unprocessable(error).message}") from error


def _group() -> None:
    """Who may ask for what 访问权限."""
