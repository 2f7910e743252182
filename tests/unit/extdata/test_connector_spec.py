"""A connector file is read strictly: what is wrong is refused with its place and its rule."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from extdata.adapters.connector_specifications import ConnectorSpecifications
from extdata.domain.connector_spec import parse_spec
from extdata.domain.errors import ConfigurationRefused
from extdata.domain.provider import KeyName
from extdata.domain.spec_reader import SpecReader
from tests.support.extdata import a_provider, a_specification

EXAMPLES = Path(__file__).parents[3] / "docs/examples/extdata"
PRODUCT = {
    "returns": {"period": False, "sales_fen": True},
    "snapshot": {"credit_grade": True},
}
REMOVED = object()
TABLES = "response.document.tables"
FIELDS = "response.document.tables.returns.fields"
A_FIELD = {"from": "c", "type": "int"}
OTHER = {"rows": "a", "fields": {"b": A_FIELD}}
REQUEST = "security.request"
STEP = "spec.security.request[0]"
SIGN = {
    "step": "sign",
    "algorithm": "sm2",
    "key": "our_sign",
    "over": ["body"],
    "into": "X-Signature",
}


def changed(path: str, value: Any) -> dict[str, Any]:
    """The small specification with one place changed; numbers in the path are list positions."""
    made: Any = deepcopy(a_specification())
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    place = made
    for part in way:
        place = place[part] if isinstance(part, int) else place.setdefault(part, {})
    if value is REMOVED:
        del place[last]
    else:
        place[last] = value
    return dict(made)


def refusal(specification: dict[str, Any], **provider: Any) -> tuple[str | None, str | None]:
    """Where and by which rule a specification is refused."""
    with pytest.raises(ConfigurationRefused) as refused:
        ConnectorSpecifications(lambda _product: PRODUCT).check(
            a_provider(**provider), "tax/1", specification
        )
    return refused.value.field, refused.value.rule


def test_the_small_specification_is_accepted() -> None:
    spec = parse_spec(a_specification())

    assert (spec.mode, spec.request.tries, len(spec.response.codes)) == ("sync", 2, 3)


@pytest.mark.parametrize(
    "name", sorted(path.name for path in EXAMPLES.glob("*.yaml") if path.name.startswith("sbx-"))
)
def test_every_example_of_the_documentation_is_accepted(name: str) -> None:
    file = yaml.safe_load((EXAMPLES / name).read_text("utf-8"))
    keys = tuple(KeyName(**key) for key in file["provider"].get("keys", ()))
    provider = a_provider(provider_id=file["provider"]["provider_id"], keys=keys)

    for connector in file["connectors"]:
        ConnectorSpecifications().check(provider, connector["product"], connector["spec"])


@pytest.mark.parametrize(
    ("path", "value", "field", "rule"),
    [
        ("surprise", 1, "spec.surprise", "spec.unknown_key"),
        ("mode", "later", "spec.mode", "spec.choice"),
        ("mode", "file", "spec.file", "spec.file"),
        ("request.url", REMOVED, "spec.request.url", "spec.text"),
        ("request.url", "http://a.example/x", "spec.request.url", "url.https"),
        ("request.url", "https://a.example", "spec.request.url", "url.https"),
        ("request.url", "https://u:p@a.example/x", "spec.request.url", "url.credentials"),
        ("request.url", "https://a.example:8443/x", "spec.request.url", "url.port"),
        ("request.url", "https://a.example/x#y", "spec.request.url", "url.characters"),
        ("request.url", "https://ａ.example/x", "spec.request.url", "url.characters"),
        ("request.url", "https://a.example/x y", "spec.request.url", "url.characters"),
        ("request.url", "file:///etc/passwd", "spec.request.url", "url.https"),
        ("request.url", "{base}/{subject}", "spec.request.url", "url.placeholder"),
        ("request.url", "{base}/a/{job_id}", "spec.request.url", "url.placeholder"),
        ("request.url", "{base}.evil.example/", "spec.request.url", "url.base"),
        ("request.url", "{base}/a/../b", "spec.request.url", "url.dots"),
        ("request.url", "https://a.example/x", "spec.request.url", "url.base"),
        ("request.method", "PUT", "spec.request.method", "spec.choice"),
        ("request.method", "GET", "spec.request.format", "spec.query"),
        ("request.format", "xml", "spec.request.root", "spec.root"),
        ("request.encoding", "utf-7", "spec.request.encoding", "spec.choice"),
        ("request.tries", 6, "spec.request.tries", "spec.number"),
        ("request.tries", True, "spec.request.tries", "spec.number"),
        ("request.try_timeout_ms", 30_001, "spec.request.try_timeout_ms", "spec.number"),
        ("request.headers", {"Host": "a"}, "spec.request.headers.Host", "spec.header_reserved"),
        ("request.headers", {"X-A": "a\r\nB: c"}, "spec.request.headers", "spec.header"),
        ("request.headers", {"X A": "a"}, "spec.request.headers", "spec.header"),
        ("request.fields", "x" * 2_001, "spec.request.fields", "spec.too_long"),
        ("request.fields", '$eval("1")', "spec.request.fields", "jsonata.function"),
        ("request.fields", '{"a": ', "spec.request.fields", "jsonata.syntax"),
        ("response.code", "[1..9]", "spec.response.code", "jsonata.forbidden"),
        ("response.codes.2.meaning", "maybe", "spec.response.codes[2].meaning", "spec.choice"),
        ("response.codes.0.code", "a*b", "spec.response.codes[0].code", "spec.code"),
        ("response.codes", [], "spec.response.codes", "spec.list"),
        ("response.format", "csv", "spec.response.csv", "spec.csv"),
        ("response.paging", {"more": "a", "max_pages": 201}, None, "spec.number"),
        ("response.document.source", "T A X", "spec.response.document.source", "spec.source"),
        ("response.document.row_count.type", "text", None, "spec.choice"),
        ("response.document.period_to.format", "%A", None, "spec.format"),
        (TABLES + ".other", OTHER, None, "product.table"),
        (FIELDS + ".period", REMOVED, None, "product.required"),
        (FIELDS + ".period.optional", True, None, "product.required"),
        (FIELDS + ".period.pattern", "(", None, "spec.pattern"),
        (FIELDS + ".nothing", A_FIELD, None, "product.field"),
        (FIELDS + ".sales_fen.type", "float", None, "spec.choice"),
        (FIELDS + ".sales_fen.map", {"a": "b"}, None, "spec.unknown_key"),
        ("response.document.absent", ["returns"], None, "product.table"),
        (REQUEST, [SIGN], STEP + ".key", "key.unknown"),
        (REQUEST, [SIGN | {"step": "verify"}], STEP + ".step", "spec.choice"),
        (REQUEST, [SIGN | {"algorithm": "md5"}], STEP + ".algorithm", "spec.choice"),
        (REQUEST, [SIGN | {"over": ["salary"]}], STEP + ".over", "spec.choice"),
        (REQUEST, [SIGN | {"into": "X-Nonce"}], STEP + ".into", "spec.header_reserved"),
    ],
)
def test_a_mistake_is_refused_with_its_place_and_rule(
    path: str, value: Any, field: str | None, rule: str
) -> None:
    specification = changed(path, value)

    found, broken = refusal(specification)

    assert (broken, (found or "").startswith(field or "spec.")) == (rule, True)


def test_a_key_must_be_of_the_kind_that_the_step_needs() -> None:
    specification = changed("security.request", [SIGN])

    found = refusal(specification, keys=(KeyName(name="our_sign", kind="sm2_public"),))

    assert found == (STEP + ".key", "key.kind")


def test_a_refusal_says_what_is_wrong_and_leaves_the_place_to_its_field() -> None:
    with pytest.raises(ConfigurationRefused) as refused:
        SpecReader({"mode": "later"}, "spec").choice("mode", ("sync", "file"))

    assert (refused.value.message, refused.value.field) == ("one of sync, file", "spec.mode")


def test_a_real_provider_is_only_reached_at_its_own_hosts() -> None:
    specification = changed("request.url", "https://api.other.example/x")

    found = refusal(specification, sandbox=False, hosts=("api.tax.example",))

    assert found == ("spec.request.url", "url.host")


def test_a_callback_without_a_signature_over_time_and_nonce_is_refused() -> None:
    specification = changed("mode", "callback")
    specification["response"]["job_id"] = "jobNo"

    assert refusal(specification) == ("spec.security.callback", "spec.callback_unsigned")


def test_a_table_that_is_neither_mapped_nor_declared_absent_is_refused() -> None:
    product = PRODUCT | {"arrears": {"tax": False}}

    with pytest.raises(ConfigurationRefused) as refused:
        parse_spec(a_specification()).check_against(a_provider(), product)

    assert refused.value.rule == "product.table_missing"
