"""M05 asked with the neighbourhood that the decision read, and which keys nobody told."""

from __future__ import annotations

from risk.domain.graph.snapshot import graph_of, subject_of
from risk.domain.model_inputs.known import Answers, Known, NotAsked
from risk.domain.models.ring_fraud_graph import Inputs


def inputs(known: Known, answers: Answers) -> Inputs | NotAsked:
    """The applicant among those who share its keys."""
    snapshot = known.given.graph
    if snapshot is None:
        return NotAsked("no_graph")
    return Inputs(
        subject=subject_of(snapshot),
        as_of=known.request.as_of,
        graph=graph_of(snapshot),
        keys_not_known=tuple(snapshot["keys_not_known"]),
    )
