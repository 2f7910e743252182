"""Synthesises one environment: `python -m infra.app`, or `cdk synth` through cdk.json."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from infra.config import ROOT, ConfigRefused, DeploymentConfig
from infra.names import NameRefused
from infra.node import silence_node, use_bundled_node

use_bundled_node()
silence_node()

from aws_cdk import App  # noqa: E402 (jsii reads which Node to start when it is imported)

from infra import nag  # noqa: E402
from infra.stage import PuhuiStage  # noqa: E402

USAGE_ERROR = 2


def build(outdir: Path | None = None, context: dict[str, Any] | None = None) -> App:
    """Build the app; cdk-nag is registered here and nowhere else."""
    app = App(
        analytics_reporting=False,
        tree_metadata=False,
        outdir=str(outdir) if outdir else None,
        context={**_project_context(), **(context or {})},
    )
    nag.register_packs(app)
    PuhuiStage(app, DeploymentConfig.from_context(app.node.try_get_context))
    return app


def _project_context() -> dict[str, Any]:
    """Read cdk.json ourselves, so that a synthesis without the CLI gives the same templates."""
    if "CDK_CONTEXT_JSON" in os.environ:
        return {}
    context: dict[str, Any] = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]
    return context


def main() -> int:
    """Synthesise; context comes from cdk.json and from arguments like `modules=risk`.

    Arguments after `--` describe one more synthesis, with an `outdir=` of its own: starting CDK
    costs more than the synthesis of a module.
    """
    for arguments in _groups(sys.argv[1:]):
        context: dict[str, Any] = dict(argument.split("=", 1) for argument in arguments)
        outdir = context.pop("outdir", None)
        try:
            build(Path(outdir) if outdir else None, context).synth()
        except (ConfigRefused, NameRefused) as refused:
            sys.stderr.write(f"{refused}\n")
            return USAGE_ERROR
    return 0


def _groups(arguments: list[str]) -> list[list[str]]:
    groups: list[list[str]] = [[]]
    for argument in arguments:
        if argument == "--":
            groups.append([])
        else:
            groups[-1].append(argument)
    return groups


if __name__ == "__main__":
    sys.exit(main())
