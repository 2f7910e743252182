"""The text model as an ONNX graph over hashed grams: whole numbers up to the logit.

Inputs: the buckets of a text and their weights. Gather takes the bytes of just those buckets, the
sums are int64 and exact in any order, the rest is double: the same answer on every machine but for
the last bits of the two final exponentials, which parts per million do not show.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from layers.models.training.fidelity import LARGEST_ACCEPTED, NotFaithful
from layers.models.training.text_fit import TextModel
from risk.domain.text.grams import grams

OPSET: Final = 17
IR_VERSION: Final = 9


def text_onnx(model: TextModel) -> bytes:
    """Write the graph; the same weights always give the same bytes."""
    graph = helper.make_graph(
        _nodes(),
        "text_severity",
        [
            helper.make_tensor_value_info("buckets", TensorProto.INT64, ["K"]),
            helper.make_tensor_value_info("weights", TensorProto.INT64, ["K"]),
        ],
        [
            helper.make_tensor_value_info("negative", TensorProto.DOUBLE, [1]),
            helper.make_tensor_value_info("events", TensorProto.DOUBLE, [len(model.events)]),
        ],
        [numpy_helper.from_array(value, name) for name, value in _constants(model).items()],
    )
    written = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="puhui"
    )
    written.ir_version = IR_VERSION
    onnx.checker.check_model(written)
    return bytes(written.SerializeToString(deterministic=True))


def largest_text_difference(model: TextModel, artefact: bytes, texts: tuple[str, ...]) -> float:
    """Compare graph and numpy on every text; `NotFaithful` above 1e-5."""
    session = onnxruntime.InferenceSession(artefact, providers=["CPUExecutionProvider"])
    largest = 0.0
    for text in dict.fromkeys(texts):
        found = grams(text)
        if not len(found.buckets):
            continue
        negative, events = session.run(None, {"buckets": found.buckets, "weights": found.weights})
        wanted_negative, wanted_events = model.probabilities(found)
        gap = max(abs(float(negative[0]) - wanted_negative), np.abs(events - wanted_events).max())
        largest = max(largest, float(gap))
    if largest > LARGEST_ACCEPTED:
        raise NotFaithful(f"the graph differs from the fitted weights by {largest:.2e}")
    return largest


def _nodes() -> list[Any]:
    def node(operator: str, inputs: str, output: str, **attributes: Any) -> Any:
        return helper.make_node(operator, inputs.split(), [output], **attributes)

    return [
        node("Gather", "idf buckets", "idf_bytes", axis=0),
        node("Cast", "idf_bytes", "idf_found", to=TensorProto.INT64),
        node("Mul", "weights idf_found", "values"),
        node("Gather", "table buckets", "table_bytes", axis=0),
        node("Cast", "table_bytes", "table_found", to=TensorProto.INT64),
        node("Unsqueeze", "values last", "values_column"),
        node("Mul", "values_column table_found", "products"),
        node("ReduceSum", "products first", "sums", keepdims=0),
        node("Cast", "sums", "sums_double", to=TensorProto.DOUBLE),
        node("Mul", "values values", "squares"),
        node("ReduceSum", "squares first", "square", keepdims=1),
        node("Max", "square one", "square_positive"),
        node("Cast", "square_positive", "square_double", to=TensorProto.DOUBLE),
        node("Sqrt", "square_double", "length"),
        node("Div", "sums_double length", "normed"),
        node("Mul", "normed scales", "scaled"),
        node("Add", "scaled biases", "logits"),
        node("Slice", "logits first last", "negative_logit"),
        node("Sigmoid", "negative_logit", "negative"),
        node("Slice", "logits last far", "event_logits"),
        node("Softmax", "event_logits", "events", axis=0),
    ]


def _constants(model: TextModel) -> dict[str, Any]:
    return {
        "idf": model.idf,
        "table": model.weights,
        "scales": model.scales,
        "biases": model.biases,
        "first": np.array([0], np.int64),
        "last": np.array([1], np.int64),
        "far": np.array([len(model.events) + 1], np.int64),
        "one": np.array([1], np.int64),
    }
