"""Fits the two linear heads over hashed grams and turns them into whole numbers.

Logistic regression on 1 + ln(count) times inverse document frequency, each text at length one; one
head for bad news, one against the rest for each kind of event. Each head is fitted on nine tenths
first: the left tenth gives the temperature that makes its probabilities honest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from layers.models.training.text_corpus import Labelled
from risk.domain.text.grams import BUCKETS, WEIGHT_UNIT, Grams, grams

Floats = NDArray[np.float64]
STRENGTH_NEGATIVE: Final = 50.0
STRENGTH_EVENTS: Final = 30.0
"""Inverse regularisation, of 10, 30, 50 and 100: what follows is flat (docs/models-text.md)."""
HELD_OUT: Final = 10
"""Every tenth text measures the temperature."""
IDF_UNIT: Final = 16
"""Inverse document frequency in sixteenths: from 1 to 15.9 in a byte."""
INT8: Final = 127


@dataclass(frozen=True)
class TextModel:
    """Weights as they are served: whole numbers, and one scale and bias per column.

    Column 0 is bad news, the others are the kinds of events.
    """

    events: tuple[str, ...]
    idf: NDArray[np.uint8]
    weights: NDArray[np.int8]
    scales: Floats
    biases: Floats

    def logits(self, found: Grams) -> Floats:
        """What the graph computes, in numpy; the sums are of whole numbers and exact."""
        values = found.weights * self.idf[found.buckets].astype(np.int64)
        sums = values @ self.weights[found.buckets].astype(np.int64)
        length = np.sqrt(max(float(values @ values), 1.0))
        logits: Floats = sums / length * self.scales + self.biases
        return logits

    def probabilities(self, found: Grams) -> tuple[float, Floats]:
        """Of bad news, and of each kind of event."""
        return shares(self.logits(found))


@dataclass(frozen=True)
class Fitted:
    """The model, and its weights before they were rounded to a byte."""

    model: TextModel
    exact_weights: Floats
    exact_idf: Floats

    def exact_probabilities(self, found: Grams) -> tuple[float, Floats]:
        """The same without rounding: what rounding costs is measured against it."""
        values = found.weights / WEIGHT_UNIT * self.exact_idf[found.buckets]
        length = max(float(np.sqrt(values @ values)), 1e-9)
        return shares(values @ self.exact_weights[found.buckets] / length + self.model.biases)


def shares(logits: Floats) -> tuple[float, Floats]:
    """Probability of bad news, and shares of the events, from the logits of all columns."""
    powers = np.exp(logits[1:] - logits[1:].max())
    return float(1 / (1 + np.exp(-logits[0]))), powers / powers.sum()


def fit_text_model(negative: Labelled, events: Labelled) -> Fitted:
    """Fit both heads over one inverse document frequency; on one thread, for the same bytes."""
    with threadpool_limits(limits=1):
        return _fitted(negative, events)


def _fitted(negative: Labelled, events: Labelled) -> Fitted:
    hashed_negative, hashed_events = counted(negative), counted(events)
    idf = inverse_frequency(hashed_negative, hashed_events)
    head = _head(scaled(hashed_negative, idf), negative.labels, ("1",), STRENGTH_NEGATIVE)
    names = tuple(sorted(set(events.labels)))
    heads = _head(scaled(hashed_events, idf), events.labels, names, STRENGTH_EVENTS)
    weights = np.column_stack([head[0], heads[0]])
    biases = np.concatenate([head[1], heads[1]])
    steps = np.abs(weights).max(axis=0) / INT8
    model = TextModel(
        events=names,
        idf=np.rint(idf * IDF_UNIT).astype(np.uint8),
        weights=np.rint(weights / steps).astype(np.int8),
        scales=steps,
        biases=biases,
    )
    return Fitted(model, weights, idf)


def counted(labelled: Labelled) -> csr_matrix:
    """One row a text: the weights of its buckets."""
    found = [grams(text) for text in labelled.texts]
    ends = np.cumsum([0, *(len(one.buckets) for one in found)])
    columns = np.concatenate([one.buckets for one in found])
    values = np.concatenate([one.weights for one in found]) / WEIGHT_UNIT
    return csr_matrix((values, columns, ends), shape=(len(found), BUCKETS))


def inverse_frequency(*matrices: csr_matrix) -> Floats:
    """How rare each bucket is among the texts: 1 + ln((1 + texts) / (1 + with it))."""
    texts = sum(matrix.shape[0] for matrix in matrices)
    with_bucket = sum(np.bincount(matrix.indices, minlength=BUCKETS) for matrix in matrices)
    idf: Floats = np.log((1 + texts) / (1 + with_bucket)) + 1
    return idf


def scaled(counts: csr_matrix, idf: Floats) -> csr_matrix:
    """Rare buckets count more, and every text is of length one."""
    weighed = counts.multiply(idf).tocsr()
    length = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)))
    return csr_matrix(weighed.multiply(1 / np.maximum(length, 1e-9)))


def _head(
    rows: csr_matrix, labels: tuple[str, ...], names: tuple[str, ...], strength: float
) -> tuple[Floats, Floats]:
    """Weights and biases, one column a name, at an honest temperature."""
    known = np.array(labels)
    left = np.arange(len(known)) % HELD_OUT == 0
    weights, biases = _columns(rows[~left], known[~left], names, strength)
    temperature = _temperature(rows[left] @ weights + biases, known[left], names)
    weights, biases = _columns(rows, known, names, strength)
    return weights / temperature, biases / temperature


def _columns(
    rows: csr_matrix, known: NDArray[Any], names: tuple[str, ...], strength: float
) -> tuple[Floats, Floats]:
    fitted = [
        LogisticRegression(C=strength, solver="liblinear", random_state=42).fit(rows, known == name)
        for name in names
    ]
    return (
        np.column_stack([one.coef_[0] for one in fitted]),
        np.array([one.intercept_[0] for one in fitted]),
    )


def _temperature(logits: Floats, known: NDArray[Any], names: tuple[str, ...]) -> float:
    """By how much the logits are divided so that the left texts are likeliest."""
    wanted = np.array([known == name for name in names]).T

    def surprise(temperature: float) -> float:
        cooled = logits / temperature
        if len(names) == 1:
            chance = np.logaddexp(0, np.where(wanted[:, 0], -1, 1) * cooled[:, 0])
            return float(chance.mean())
        whole = np.logaddexp.reduce(cooled, axis=1)
        return float((whole - (cooled * wanted).sum(axis=1)).mean())

    return float(minimize_scalar(surprise, bounds=(0.1, 10), method="bounded").x)
