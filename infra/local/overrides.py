"""What every local deployment overrides: the accounting day, who issues tokens, outside parties."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from infra.config import ROOT
from infra.local.resources import DeploymentOptions
from infra.local.tokens import TokenIssuer
from infra.local.uploads import Credentials
from infra.names import Names

CREDENTIALS = Credentials("PUHUILOCALACCESSKEY0", "puhui-local-secret-key")
"""Twenty characters, as moto expects; it protects nothing that leaves this machine."""
SANDBOX = "sandbox"
EXTDATA = "extdata"
SERVICING = "servicing"
STATE_DIR = Path(os.environ.get("PUHUI_STATE_DIR") or ROOT / ".puhui")
"""Git-ignored: signing keys, logs, and where the running cloud is."""


def with_local_parameters(
    options: DeploymentOptions,
    *,
    env: str,
    business_date: str,
    gateway_url: str,
    tokens: TokenIssuer,
    providers_url: str | None = None,
) -> DeploymentOptions:
    """Add the platform's parameters that only this machine knows; given ones win.

    Where no sandbox runs, the outside parties keep the template's address, which is nobody's: a
    module alone then says that there is no core bank instead of asking one that does not answer.
    """
    names = Names(env, "platform")
    parameters = {
        names.parameter("business-date", "value"): business_date,
        names.parameter("oidc", "issuers"): tokens.issuers_parameter(),
        names.parameter("callbacks", "url"): f"{gateway_url}/{EXTDATA}",
        names.parameter("rail-notices", "url"): f"{gateway_url}/{SERVICING}",
    }
    if providers_url is not None:
        parameters |= {
            names.parameter("core-banking", "url"): f"{gateway_url}/{SANDBOX}",
            names.parameter("ca", "url"): f"{gateway_url}/{SANDBOX}",
            names.parameter("providers", "url"): providers_url,
        }
    return replace(options, parameters={**parameters, **options.parameters})


def sdk_environment(region: str) -> dict[str, str]:
    """What any AWS SDK needs to work here, without endpoints."""
    return {
        "AWS_ACCESS_KEY_ID": CREDENTIALS.access_key,
        "AWS_SECRET_ACCESS_KEY": CREDENTIALS.secret_key,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_XRAY_SDK_ENABLED": "false",
        "POWERTOOLS_TRACE_DISABLED": "true",
    }
