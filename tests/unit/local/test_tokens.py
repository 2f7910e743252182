"""Development tokens: claims, keys, and that the real verifier takes them."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jwt
import pytest

from infra.local.tokens import ROLES, TokenIssuer, UnknownRole

ISSUER = "http://127.0.0.1:8080/oidc"


def verified(issuer: TokenIssuer, token: str) -> dict[str, object]:
    key = jwt.PyJWKSet.from_dict(issuer.jwks()).keys[0]
    claims: dict[str, object] = jwt.decode(
        token, key, algorithms=["RS256"], audience="puhui", issuer=ISSUER
    )
    return claims


def test_a_token_carries_bank_branch_and_roles(tmp_path: Path) -> None:
    issuer = TokenIssuer.at(tmp_path, ISSUER)

    claims = verified(issuer, issuer.issue("relationship_manager", "north", branch="hefei"))

    assert (claims["bank_id"], claims["branch"], claims["roles"]) == (
        "north",
        "hefei",
        ["relationship_manager"],
    )


def test_a_customer_is_the_subject_of_his_token(tmp_path: Path) -> None:
    issuer = TokenIssuer.at(tmp_path, ISSUER)

    claims = verified(issuer, issuer.issue("customer", "north", customer="cus-1"))

    assert (claims["sub"], claims["customer_id"]) == ("cus-1", "cus-1")


def test_the_key_is_for_its_owner_only_and_stays(tmp_path: Path) -> None:
    first = TokenIssuer.at(tmp_path, ISSUER)
    second = TokenIssuer.at(tmp_path, ISSUER)

    mode = stat.S_IMODE(first.key_file.stat().st_mode)

    assert (mode, first.key_id) == (0o600, second.key_id)


def test_processes_that_start_at_once_share_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        issuers = list(pool.map(lambda _: TokenIssuer.at(tmp_path, ISSUER), range(4)))

    assert len({issuer.key_id for issuer in issuers}) == 1


def test_an_unknown_role_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownRole, match="king"):
        TokenIssuer.at(tmp_path, ISSUER).issue("king", "north")


def test_the_platform_parameter_names_issuer_audience_and_keys(tmp_path: Path) -> None:
    entries = json.loads(TokenIssuer.at(tmp_path, ISSUER).issuers_parameter())

    assert entries == [{"issuer": ISSUER, "audience": "puhui", "jwks_uri": f"{ISSUER}/jwks.json"}]


def test_the_issuer_knows_exactly_the_roles_of_the_platform() -> None:
    from puhui.identity import ROLES as PLATFORM_ROLES

    assert set(ROLES) == set(PLATFORM_ROLES)
