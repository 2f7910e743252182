"""Time per text: the text model as it is served against the usual scikit-learn pipeline.

python -m tests.benchmarks.text.text_latency --data CORPUS --model FOLDER

Both read the same evaluation texts in turn, one at a time, in the same process, on one thread.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from layers.models.training.text_corpus import Labelled, read_corpus
from layers.models.training.text_severity import shipped_parameters
from risk.adapters.text_models import TextModel
from risk.domain.text.grams import grams
from risk.domain.text.words import named_by_words

ROUNDS: Final = 3
AROUND_200: Final = (150, 250)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    arguments = parser.parse_args()
    corpus = read_corpus(arguments.data)
    texts = [*corpus.negative_eval.texts, *corpus.events_eval.texts]
    low, high = AROUND_200
    middle = [text for text in texts if low <= len(text) <= high]
    ours, peer, words = _ours(arguments.model), _peer(corpus.negative), _words()
    found: dict[str, Any] = {}
    for name, some in (("all", texts), ("around_200_characters", middle)):
        runs = {"ours": ours, "tokenizer_alone": grams, "peer": peer, "words_alone": words}
        measured = _measured(runs, some)
        ratio = measured["peer"]["p50_us"] / measured["ours"]["p50_us"]
        found[name] = {"texts": len(some), **measured, "peer_over_ours_p50": round(ratio, 2)}
    sys.stdout.write(json.dumps(found, indent=2) + "\n")


def _ours(folder: Path) -> Callable[[str], Any]:
    model = TextModel(folder)
    model.load()
    return lambda text: model.signals([text])


def _peer(labelled: Labelled) -> Callable[[str], Any]:
    """Bad news alone: the peer has one head where ours has 22."""
    vectors = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True, min_df=2)
    pipeline = make_pipeline(vectors, LogisticRegression(C=30, max_iter=500))
    pipeline.fit(labelled.texts, labelled.labels)
    return lambda text: pipeline.predict_proba([text])


def _words() -> Callable[[str], Any]:
    parameters = shipped_parameters()
    rules, denied, reach = parameters.events, parameters.negations, parameters.negation_reach
    return lambda text: named_by_words(text, rules, denied, reach)


def _measured(runs: dict[str, Callable[[str], Any]], texts: list[str]) -> dict[str, Any]:
    """Microseconds of processor time per text, the readers taking turns text by text."""
    spent: dict[str, list[float]] = {name: [] for name in runs}
    for text in texts * ROUNDS:
        for name, run in runs.items():
            began = time.thread_time_ns()
            run(text)
            spent[name].append((time.thread_time_ns() - began) / 1_000)
    return {
        name: {
            "p50_us": round(float(np.percentile(values, 50)), 1),
            "p99_us": round(float(np.percentile(values, 99)), 1),
        }
        for name, values in spent.items()
    }


if __name__ == "__main__":
    main()
