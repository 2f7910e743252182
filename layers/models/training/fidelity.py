"""Proves that the exported graph says what the fitted table says, on every kind of row."""

from __future__ import annotations

from typing import Final

import numpy as np
import onnxruntime

from layers.models.training.scorecard import Floats, Scorecard

LARGEST_ACCEPTED: Final = 1e-5


class NotFaithful(AssertionError):
    """The exported graph and the fitted table disagree."""


def largest_difference(scorecard: Scorecard, artefact: bytes, values: Floats) -> float:
    """Compare both on all rows, with values missing, and on both sides of every bin's end."""
    rows = np.vstack([values, _without_values(values), _at_the_edges(scorecard, values)])
    session = onnxruntime.InferenceSession(artefact, providers=["CPUExecutionProvider"])
    probability, contributions = session.run(None, {"indicators": rows.astype(np.float32)})
    difference = max(
        float(np.abs(probability[:, 0] - scorecard.probabilities(rows)).max()),
        float(np.abs(contributions - scorecard.contributions(rows)).max()),
    )
    if difference > LARGEST_ACCEPTED:
        raise NotFaithful(f"the graph differs from the table by {difference:.2e}")
    return difference


def _without_values(values: Floats) -> Floats:
    """Each row with each one of its values missing, and a row without any."""
    rows = [np.full((1, values.shape[1]), np.nan)]
    for column in range(values.shape[1]):
        holed = values.copy()
        holed[:, column] = np.nan
        rows.append(holed)
    return np.vstack(rows)


def _at_the_edges(scorecard: Scorecard, values: Floats) -> Floats:
    """A middle firm with each indicator exactly at, just below and just above each end."""
    middle = np.nanmedian(values, axis=0)
    rows = []
    for column, points in enumerate(scorecard.points):
        for edge in np.asarray(points.feature.edges, np.float32):
            for value in (
                np.nextafter(edge, np.float32(-np.inf)),
                edge,
                np.nextafter(edge, np.float32(np.inf)),
            ):
                row = middle.copy()
                row[column] = value
                rows.append(row)
    return np.array(rows)
