"""Deploys to the account that you name, with the credentials that you have; guesses neither.

make deploy ARGS="--account 123456789012 --region cn-north-1"          show what would change
make deploy ARGS="--account 123456789012 --region cn-north-1 --yes"    deploy it
make deploy ARGS="… --env prod --modules risk,servicing,operations"    another environment
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from typing import Final

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra import layers
from infra.config import ROOT
from infra.names import stage_name
from infra.node import bundled_node

CDK: Final = ROOT / "node_modules" / "aws-cdk" / "bin" / "cdk"
USAGE_ERROR: Final = 2


class DeploymentRefused(Exception):
    """What was asked for cannot be deployed; the message says what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Say what will be done, check that it may be, and do it when told `--yes`."""
    given = _parse(arguments)
    _say(_plan(given))
    try:
        if not (given.account and given.region):
            raise DeploymentRefused(
                'Name the account and the region: make deploy ARGS="--account … --region …"'
            )
        _check_account(given.account, given.region)
        if not CDK.is_file():
            raise DeploymentRefused("The CDK command line is missing; run `make setup` first.")
        for layer in layers.existing_layers():
            layers.build(layer)
        return _cdk(given)
    except DeploymentRefused as refused:
        _say(f"Nothing was deployed. {refused}")
        return USAGE_ERROR


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make deploy", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--account", help="the 12 digits of the account; must be that of your keys")
    parser.add_argument("--region", help="for example cn-north-1")
    parser.add_argument("--env", default="dev", help="environment (default: dev)")
    parser.add_argument("--modules", default="all", help="comma-separated (default: all)")
    parser.add_argument("--production", action="store_true", help="refuses the sandbox")
    parser.add_argument("--yes", action="store_true", help="deploy; without it only compare")
    return parser.parse_args(arguments)


def _plan(given: argparse.Namespace) -> str:
    return (
        f"Environment {given.env}, modules {given.modules}, "
        f"account {given.account or 'not named'}, region {given.region or 'not named'}.\n"
        "1. compare your credentials' account with the one named\n"
        "2. build the third-party layers for Lambda into .build/layers\n"
        "3. synthesise with cdk-nag and show the difference to what is deployed (cdk diff)\n"
        + (
            "4. deploy every stack (cdk deploy); data resources are retained when stacks go"
            if given.yes
            else "It stops there; add --yes to deploy."
        )
    )


def _check_account(account: str, region: str) -> None:
    try:
        caller = boto3.client("sts", region_name=region).get_caller_identity()
    except (BotoCoreError, ClientError) as error:
        raise DeploymentRefused(
            f"No usable AWS credentials ({type(error).__name__}); set AWS_PROFILE or the AWS_… "
            "variables of the account."
        ) from error
    if caller["Account"] != account:
        raise DeploymentRefused(
            f"Your credentials belong to account {caller['Account']}, not to {account}."
        )


def _cdk(given: argparse.Namespace) -> int:
    context = {
        "env": given.env,
        "modules": given.modules,
        "layers": "built",
        "production": "true" if given.production else "false",
    }
    flags = [flag for key, value in context.items() for flag in ("-c", f"{key}={value}")]
    scope = f"{stage_name(given.env)}/*"
    commands = [["diff", scope, *flags]]
    if given.yes:
        commands.append(["deploy", scope, "--require-approval", "never", *flags])
    environment = {
        **os.environ,
        "CDK_DEFAULT_ACCOUNT": given.account,
        "CDK_DEFAULT_REGION": given.region,
        "AWS_REGION": given.region,
    }
    for command in commands:
        done = subprocess.run(  # noqa: S603 (our own command line)
            [str(bundled_node() or "node"), str(CDK), *command],
            cwd=ROOT,
            env=environment,
            check=False,
        )
        if done.returncode != 0:
            return done.returncode
    return 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
