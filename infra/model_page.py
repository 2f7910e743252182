"""docs/models.md: the 28 models as a page, written from their cards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from risk.domain.models.card import auc_of
from risk.domain.models.catalogue import (
    CATALOGUE,
    KIND_NAMES,
    SEGMENT_NAMES,
    STAGE_NAMES,
    CatalogueEntry,
)

HEAD: Final = """\
# 风险模型 The 28 risk models

Written from the cards in `layers/models/artefacts/<id>/card.json` by `python -m infra.model_cards`.

    .venv/bin/puhui models list [--json]            # all 28 with their cards
    .venv/bin/puhui models card M08                 # one card
    .venv/bin/puhui models answer M16 --inputs FILE # ask one: JSON in, JSON out
    .venv/bin/puhui models verify                   # hash again, run all golden vectors
    .venv/bin/puhui models promote DIR --as-version 1.1.0 --approver ROLE --note FILE-NUMBER
    .venv/bin/puhui models monitor [MODEL]          # drift, AUC, rates (model-monitoring.md)

Every model has a folder: `card.json`, what is served (`model.onnx`, or `parameters.json` of the
code in `functions/risk/domain/models/<id>.py`), and `golden.json`, made-up inputs with the answers
that they must have. A card carries the SHA-256 of all of them, and of the code.

**Fails closed.** A graph is read before it runs: larger than 4 MiB, an operator that is not on the
list, a sub-graph, a function or a tensor in another file, and it is refused; so are an artefact, a
golden file, parameters or code that are not those on the card. A decision for which a model was
refused goes to a person (*refer*, reason `MODEL_REFUSED`) unless a rule that needs no model
declines; the metric `ModelRefused` counts it and raises an alarm, the event `ModelRefused` tells
the bus once for each decision and model (model, version, why, decision, bank), and the record names
the model and the reason, so that it replays.

**In a decision** all models before a loan that are meant for the applicant answer; the policy
calls those that it names, the others are on record beside it. The statistical ones are one
ONNX graph for each stage (`artefacts/stages`), so that all cost one run; the single files
answer the same to the last bit and stand in when the graph of the stage may not be trusted.
Ten that are code answer too: M01, M02, M03, M07, M14, M15, M16, M18 and M20 before the policy,
which may read them ([policies.md](policies.md#what-models-answer-模型结论)), and M17 after it,
with its grade. What each is asked is made of the question, the documents, the indicators, the
name-list screening, the scorecard and the answers before it
(`functions/risk/domain/model_inputs`, one file a model). Whatever no source says is null, and
the models take that for the worst. A model whose whole source is absent is not asked, and the
record says why (`no_bank_flow`, `no_bureau`, …); M19 is asked in no decision yet, because a
question names no security. An input that a model refuses is on record by field and rule, and
is worth nothing. No decision knows a birthday, who is whose, stock and receivables or the
bank's capital, so M01 passes nobody without a person, M16, M17 and M20 find no demand, limit
and headroom, and M18 has no price after the packaged LPR history (2025-06-19): the policy's
own limit and price decide. Other modules ask any of the 28 through the published function
`answer-model`.

**What they cost.** `python -m tests.benchmarks.models` on 2 shared cores, CPU, median, inputs
ready: all eleven graphs 0.29 ms in two runs (eleven sessions: 0.71 ms, 2.4 times as much); all 28
and the two components 3.5 ms, of which M07 over its bank statement takes 0.8; loading both stages
27 ms. M07 over 3,000 lines takes about 5 ms, over 60,000 about 140. The graphs are 315 KiB; the
layer with numpy, onnxruntime, rustworkx and zen-engine is 150 MB unzipped.

`SYNTHETIC` before a figure means that the model was trained and measured on the seeded sandbox
economy, where no public data exists: it shows that the pipeline works, and nothing about any bank's
customers ([models-synthetic.md](models-synthetic.md)).
"""


def page(cards: Mapping[str, Mapping[str, Any]]) -> str:
    """The page, from the cards by id."""
    lines = [HEAD]
    for stage, name in STAGE_NAMES.items():
        entries = [one for one in CATALOGUE if one.stage == stage]
        lines += [f"## {name} {stage.replace('_', '-')}: {len(entries)}", ""]
        lines += ["| Id | 名称 | For | Kind | Answers | AUC |", "|---|---|---|---|---|---|"]
        lines += [_row(one, cards[one.id]) for one in entries]
        lines.append("")
    return "\n".join([*lines, *_limits(cards)])


def _row(entry: CatalogueEntry, card: Mapping[str, Any]) -> str:
    whole = len(entry.segments) == len(SEGMENT_NAMES)
    segments = "全部" if whole else "、".join(SEGMENT_NAMES[one] for one in entry.segments)
    link = f"../layers/models/artefacts/{entry.id}/card.json"
    answers = ", ".join(f"`{name}`" for name in card["output"])
    return (
        f"| {entry.catalogue_id} | [{entry.name_zh}]({link}) `{entry.id}` | {segments} "
        f"| {KIND_NAMES[entry.kind]} | {answers} | {_auc(card)} |"
    )


def _limits(cards: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    yield "## 局限 What they must not be used for"
    yield ""
    for entry in CATALOGUE:
        yield f"- **{entry.catalogue_id} {entry.name_zh}**: {cards[entry.id]['limitations'][0]}"
    yield ""


def _auc(card: Mapping[str, Any]) -> str:
    value = auc_of(card)
    if value is None:
        return "–"
    return f"{'SYNTHETIC ' if card.get('synthetic') else ''}{value:.3f}"
