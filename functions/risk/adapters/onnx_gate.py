"""What a graph may contain, read from its bytes before any runtime opens it.

An ONNX file can name other files to read (`external_data`, also by `../`), carry sub-graphs and
functions, and ask for operators that nobody reviewed. The `onnx` package that could tell is larger
than all of risk, so the few fields that matter are read from the protobuf wire format here:
field numbers from onnx/onnx.proto (IR version 9), https://github.com/onnx/onnx.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from risk.domain.errors import ModelNotTrusted

MAX_BYTES: Final = 4 * 1024 * 1024
OPERATORS: Final = frozenset(
    {
        ("ai.onnx.ml", "TreeEnsembleRegressor"),
        *(
            ("", name)
            for name in (
                "Add", "Cast", "Concat", "Div", "Gather", "Gemm", "MatMul", "Max", "Mul",
                "ReduceMean", "ReduceSum", "Relu", "Reshape", "Sigmoid", "Slice", "Softmax",
                "Sqrt", "Sub", "Tanh", "Unsqueeze",
            )
        ),
    }
)  # fmt: skip
"""All that scorecards, trees, merged stages and the text model need; nothing reads or loops."""
VARINT: Final = 0
BYTES: Final = 2
FIXED: Final = {1: 8, 5: 4}
"""Wire types of fixed length, with their bytes."""
MAX_VARINT_BYTES: Final = 10

MODEL_GRAPH, MODEL_FIELDS = 7, frozenset({1, 2, 3, 4, 5, 6, 7, 8, 14})
"""Without 20 training_info, 25 functions and 26 configuration."""
GRAPH_NODE, GRAPH_INITIALIZER = 1, 5
GRAPH_FIELDS: Final = frozenset({1, 2, 5, 10, 11, 12, 13})
"""Without 14 quantization_annotation and 15 sparse_initializer."""
NODE_OPERATOR, NODE_ATTRIBUTE, NODE_DOMAIN = 4, 5, 7
ATTRIBUTE_TENSOR: Final = 5
ATTRIBUTE_FIELDS: Final = frozenset({1, 2, 3, 4, 5, 7, 8, 9, 13, 20})
"""Numbers, texts and one tensor; no 6 g, 11 graphs, 10 tensors, 21 ref_attr_name, 22 sparse."""
TENSOR_ELSEWHERE: Final = frozenset({13, 14})
"""13 external_data, 14 data_location."""

RUNS: Final = {
    0x3D: re.compile(rb"(?:\x3d.{4})+", re.DOTALL),
    0x40: re.compile(rb"(?:\x40[\x80-\xff]{0,9}[\x00-\x7f])+"),
    0x4A: re.compile(rb"(?:\x4a(?:\x0aBRANCH_LEQ|\x04LEAF))+"),
}
"""Runs of an attribute's floats (7), ints (8) and node modes (9), skipped at the speed of C: a
tree has tens of thousands, which a loop in Python would take longer over than the runtime."""

Field = tuple[int, int | bytes]


def check_graph(name: str, body: bytes) -> None:
    """Refuse a graph that is too large, reads other files or has an operator not on the list."""
    if len(body) > MAX_BYTES:
        raise ModelNotTrusted(f"{name}: {len(body)} bytes are more than {MAX_BYTES}")
    graphs = 0
    for field, value in _fields(name, body):
        if field not in MODEL_FIELDS:
            raise ModelNotTrusted(f"{name}: the model has functions or parts that are not allowed")
        if field == MODEL_GRAPH:
            graphs += 1
            _check_parts(name, _message(name, value))
    if graphs != 1:
        raise ModelNotTrusted(f"{name}: is no ONNX model with one graph")


def _check_parts(name: str, graph: bytes) -> None:
    for field, value in _fields(name, graph):
        if field not in GRAPH_FIELDS:
            raise ModelNotTrusted(f"{name}: the graph has parts that are not allowed")
        if field == GRAPH_NODE:
            _check_node(name, _message(name, value))
        elif field == GRAPH_INITIALIZER:
            _check_tensor(name, _message(name, value))


def _check_node(name: str, node: bytes) -> None:
    operator, domain = b"", b""
    for field, value in _fields(name, node):
        if field == NODE_OPERATOR:
            operator = _message(name, value)
        elif field == NODE_DOMAIN:
            domain = _message(name, value)
        elif field == NODE_ATTRIBUTE:
            _check_attribute(name, _message(name, value))
    found = _text(domain), _text(operator)
    if found not in OPERATORS:
        shown = ".".join(one for one in found if one)
        raise ModelNotTrusted(f"{name}: operator {shown!r} is not on the list of allowed operators")


def _check_attribute(name: str, attribute: bytes) -> None:
    for field, value in _fields(name, attribute):
        if field not in ATTRIBUTE_FIELDS:
            raise ModelNotTrusted(f"{name}: an operator has a sub-graph or an unknown attribute")
        if field == ATTRIBUTE_TENSOR:
            _check_tensor(name, _message(name, value))


def _check_tensor(name: str, tensor: bytes) -> None:
    if any(field in TENSOR_ELSEWHERE for field, _ in _fields(name, tensor)):
        raise ModelNotTrusted(f"{name}: a tensor lies in another file (external_data)")


def _fields(name: str, message: bytes) -> Iterator[Field]:
    """The fields of a protobuf message, in order."""
    at = 0
    while at < len(message):
        run = RUNS[message[at]].match(message, at) if message[at] in RUNS else None
        if run is not None:
            yield message[at] >> 3, b"" if message[at] & 7 == BYTES else 0
            at = run.end()
            continue
        tag, at = _varint(name, message, at)
        field, kind = tag >> 3, tag & 7
        if kind == VARINT:
            number, at = _varint(name, message, at)
            yield field, number
            continue
        if kind == BYTES:
            size, at = _varint(name, message, at)
        elif kind in FIXED:
            size = FIXED[kind]
        else:
            raise ModelNotTrusted(f"{name}: is no ONNX model")
        if at + size > len(message):
            raise ModelNotTrusted(f"{name}: is cut off")
        # A number where a message belongs is told by its type and refused by whoever reads it.
        yield field, message[at : at + size] if kind == BYTES else 0
        at += size


def _varint(name: str, message: bytes, at: int) -> tuple[int, int]:
    number = 0
    for place in range(MAX_VARINT_BYTES):
        if at + place >= len(message):
            raise ModelNotTrusted(f"{name}: is cut off")
        byte = message[at + place]
        number |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return number, at + place + 1
    raise ModelNotTrusted(f"{name}: is no ONNX model")


def _message(name: str, value: int | bytes) -> bytes:
    if isinstance(value, int):
        raise ModelNotTrusted(f"{name}: is no ONNX model")
    return value


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace").removesuffix("\0")
