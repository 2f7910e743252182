"""The Lambda token authorizer of every API: a verified token becomes the request's principal.

Handler: `puhui.identity.authorizer.handler`. Environment: `OIDC_ISSUERS`, a JSON list of
`{"issuer", "audience", "jwks_uri"}`. What it returns as context arrives in
`requestContext.authorizer`: subject, bank_id, roles (with commas), branch, customer_id.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from puhui.clock import SystemClock
from puhui.errors import PuhuiError, UpstreamUnavailable
from puhui.identity.keys import TrustedIssuers
from puhui.identity.principal import Principal
from puhui.identity.tokens import verify_token
from puhui.observability import logger
from puhui.settings import Settings

_SCHEME = "bearer "


class Unauthorized(Exception):
    """API Gateway answers 401 to exactly this message; anything else would be a 500."""

    def __init__(self) -> None:
        """Say the word that API Gateway knows."""
        super().__init__("Unauthorized")


@dataclass(frozen=True)
class AuthorizerSettings(Settings):
    """Which issuers the deployment trusts."""

    oidc_issuers: str


@cache
def issuers() -> TrustedIssuers:
    """Build the trusted issuers once, on the first request."""
    return TrustedIssuers.from_json(AuthorizerSettings.from_env().oidc_issuers)


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer an allowing policy with the principal as context, or raise `Unauthorized`."""
    try:
        principal = verify_token(_token(event), issuers(), SystemClock().now())
    except UpstreamUnavailable as error:
        logger.error("issuer unavailable", error=error)
        raise
    except PuhuiError as error:
        logger.info("token refused", outcome="unauthorized", rule=error.rule)
        raise Unauthorized from None
    return policy_for(principal, str(event["methodArn"]))


def policy_for(principal: Principal, method_arn: str) -> dict[str, Any]:
    """Allow the stage's whole API: what a principal may do is decided by our own policies.

    API Gateway caches the answer per token, so a narrower resource would refuse the token's next
    request to another method.
    """
    api, stage = method_arn.split("/", 2)[:2]
    return {
        "principalId": principal.subject,
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": "execute-api:Invoke",
                    "Resource": f"{api}/{stage}/*/*",
                }
            ],
        },
        "context": principal.to_context(),
    }


def _token(event: dict[str, Any]) -> str:
    value = str(event.get("authorizationToken") or "")
    if value[: len(_SCHEME)].lower() != _SCHEME:
        raise Unauthorized
    return value[len(_SCHEME) :].strip()
