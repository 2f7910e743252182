"""What a graph may contain: the wire format of ONNX, written by hand here and read by the gate."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.adapters.onnx_gate import MAX_BYTES, OPERATORS, check_graph
from risk.domain.errors import ModelNotTrusted
from tests.support.risk_stores import ARTEFACTS

SHIPPED = sorted(ARTEFACTS.glob("**/*.onnx"))


def varint(number: int) -> bytes:
    low, rest = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + varint(rest) if rest else bytes([low])


def field(number: int, value: bytes | int) -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def a_node(operator: str = "Sigmoid", domain: str = "", *attributes: bytes) -> bytes:
    body = field(1, b"x") + field(2, b"y") + field(4, operator.encode())
    return body + b"".join(field(5, one) for one in attributes) + field(7, domain.encode())


def a_model(nodes: Iterable[bytes] = (), *parts: bytes, rest: bytes = b"") -> bytes:
    graph = b"".join(field(1, one) for one in nodes or (a_node(),)) + b"".join(parts)
    return field(1, 9) + field(7, graph) + rest


def refusal(body: bytes) -> str:
    with pytest.raises(ModelNotTrusted) as caught:
        check_graph("m", body)
    return caught.value.message


AN_EXTERNAL_TENSOR = (
    field(8, b"w") + field(13, field(1, b"location") + field(2, b"../../secrets")) + field(14, 1)
)


def test_a_graph_of_allowed_operators_passes() -> None:
    nodes = [a_node(name, domain) for domain, name in sorted(OPERATORS)]

    check_graph("m", a_model(nodes))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parent.name)
def test_every_shipped_graph_passes(path: object) -> None:
    check_graph("m", path.read_bytes())  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("operator", "domain"), [("Loop", ""), ("Add", "evil"), ("sigmoid", ""), ("", "")]
)
def test_an_operator_that_is_not_on_the_list_is_refused_by_name(operator: str, domain: str) -> None:
    assert "is not on the list of allowed operators" in refusal(a_model([a_node(operator, domain)]))


def test_an_unknown_operator_behind_known_ones_is_refused() -> None:
    assert "'NonZero'" in refusal(a_model([a_node(), a_node("NonZero")]))


def test_a_tensor_in_another_file_is_refused() -> None:
    assert "external_data" in refusal(a_model((), field(5, AN_EXTERNAL_TENSOR)))


def test_a_tensor_in_another_file_inside_an_attribute_is_refused() -> None:
    attribute = field(1, b"value") + field(5, AN_EXTERNAL_TENSOR)

    assert "external_data" in refusal(a_model([a_node("Add", "", attribute)]))


@pytest.mark.parametrize("number", [6, 10, 11, 21, 22])
def test_a_subgraph_or_an_unknown_attribute_is_refused(number: int) -> None:
    attribute = field(1, b"body") + field(number, a_node())

    assert "sub-graph" in refusal(a_model([a_node("Add", "", attribute)]))


@pytest.mark.parametrize("number", [20, 25, 26, 99])
def test_functions_and_training_parts_are_refused(number: int) -> None:
    assert "not allowed" in refusal(a_model(rest=field(number, b"f")))


@pytest.mark.parametrize("number", [14, 15])
def test_unusual_parts_of_a_graph_are_refused(number: int) -> None:
    assert "not allowed" in refusal(a_model((), field(number, b"s")))


def test_long_runs_of_numbers_hide_nothing_behind_them() -> None:
    floats = b"\x3d\x00\x00\x80\x3f" * 1_000
    ints = b"\x40\xff\x01" * 1_000
    modes = (b"\x4a\x0aBRANCH_LEQ" + b"\x4a\x04LEAF") * 500
    tree = field(1, b"nodes") + floats + ints + modes

    check_graph("m", a_model([a_node("TreeEnsembleRegressor", "ai.onnx.ml", tree)]))
    assert "sub-graph" in refusal(
        a_model([a_node("TreeEnsembleRegressor", "ai.onnx.ml", tree + field(6, b"g"))])
    )


def test_a_file_over_the_size_is_refused_unread() -> None:
    assert str(MAX_BYTES) in refusal(b"\0" * (MAX_BYTES + 1))


def test_two_graphs_or_none_are_refused() -> None:
    assert "one graph" in refusal(a_model(rest=field(7, b"")))
    assert "one graph" in refusal(field(1, 9))


@given(st.integers(1, 80))
def test_a_graph_that_is_cut_off_anywhere_is_refused(cut: int) -> None:
    body = a_model()

    assert refusal(body[: -(cut % len(body)) or None][:-1])


@given(st.binary(max_size=200))
def test_bytes_that_nobody_wrote_as_a_model_are_refused(body: bytes) -> None:
    with pytest.raises(ModelNotTrusted, match=r"^m: "):
        check_graph("m", body)
