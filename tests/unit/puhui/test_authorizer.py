"""The token authorizer: a policy with a principal in it, or the one word API Gateway knows."""

from __future__ import annotations

import pytest

from puhui.clock import SystemClock
from puhui.errors import UpstreamUnavailable
from puhui.identity import authorizer
from puhui.identity.principal import principal_from_context
from tests.support.tokens import JwksServer, claims, signed, trusted

METHOD = "arn:aws-cn:execute-api:cn-north-1:123456789012:abc123/live/GET/applications/a1"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> JwksServer:
    server = JwksServer()
    issuers = trusted(server)
    monkeypatch.setattr(authorizer, "issuers", lambda: issuers)
    return server


def event(token: str) -> dict[str, str]:
    return {"type": "TOKEN", "authorizationToken": token, "methodArn": METHOD}


def a_token(**changes: object) -> str:
    return signed(claims(SystemClock().now(), **changes))


def test_a_good_token_allows_the_stage_and_names_the_principal(server: JwksServer) -> None:
    answer = authorizer.handler(event(f"Bearer {a_token()}"), None)

    statement = answer["policyDocument"]["Statement"]
    assert statement == [
        {
            "Effect": "Allow",
            "Action": "execute-api:Invoke",
            "Resource": "arn:aws-cn:execute-api:cn-north-1:123456789012:abc123/live/*/*",
        }
    ]
    assert answer["principalId"] == "user-1"
    assert answer["context"] == {
        "subject": "user-1",
        "bank_id": "north",
        "roles": "relationship_manager",
        "branch": "n01",
        "customer_id": "",
    }


def test_the_context_reads_back_as_the_principal(server: JwksServer) -> None:
    token = a_token(roles=["customer"], customer_id="c1", branch=None)

    context = authorizer.handler(event(f"bearer {token}"), None)["context"]

    principal = principal_from_context(context)
    assert (principal.customer_id, principal.branch, principal.is_customer) == ("c1", None, True)


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic dXNlcjpwdw==", "Bearer a.b.c", "x"]
)
def test_anything_else_is_unauthorized(server: JwksServer, header: str) -> None:
    with pytest.raises(authorizer.Unauthorized, match=r"^Unauthorized$"):
        authorizer.handler(event(header), None)


def test_a_refused_token_is_not_logged(
    server: JwksServer, capsys: pytest.CaptureFixture[str]
) -> None:
    token = a_token(aud="other")

    with pytest.raises(authorizer.Unauthorized):
        authorizer.handler(event(f"Bearer {token}"), None)

    assert token.split(".")[1] not in capsys.readouterr().out


def test_a_silent_issuer_is_an_error_not_a_refusal(server: JwksServer) -> None:
    server.down = True

    with pytest.raises(UpstreamUnavailable):
        authorizer.handler(event(f"Bearer {a_token()}"), None)
