"""The rival: a small neural net over the same hashed grams, for an honest comparison."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from sklearn.metrics import accuracy_score, f1_score, roc_auc_score
from sklearn.neural_network import MLPClassifier

from layers.models.training.text_corpus import Corpus, Labelled
from layers.models.training.text_fit import counted, inverse_frequency, scaled

WIDTH: Final = 16
"""Numbers that each bucket is embedded in: 2^15 x 16 bytes is the size of the linear model."""
DECIMALS: Final = 4


def net_figures(corpus: Corpus) -> dict[str, Any]:
    """Embedding bag, one hidden layer, softmax: both tasks, unseen texts apart."""
    negative = _predicted(corpus.negative, corpus.negative_eval)
    bad = np.array(corpus.negative_eval.labels) == "1"
    chances, events = _predicted(corpus.events, corpus.events_eval), corpus.events_eval
    names = np.array(sorted(set(corpus.events.labels)))
    found, known = names[np.argmax(chances, axis=1)], np.array(events.labels)
    unseen = events.unseen_by(corpus.events)
    return {
        "negative_accuracy": round(accuracy_score(bad, negative[:, 1] >= 0.5), DECIMALS),
        "negative_auc": round(float(roc_auc_score(bad, negative[:, 1])), DECIMALS),
        "events_unseen_accuracy": round(accuracy_score(known[unseen], found[unseen]), DECIMALS),
        "events_unseen_macro_f1": round(
            float(f1_score(known[unseen], found[unseen], average="macro", zero_division=0)),
            DECIMALS,
        ),
    }


def _predicted(train: Labelled, test: Labelled) -> Any:
    """Probabilities of the test texts."""
    rows, others = counted(train), counted(test)
    idf = inverse_frequency(rows)
    net = MLPClassifier(
        (WIDTH,), batch_size=64, learning_rate_init=2e-3, early_stopping=True,
        n_iter_no_change=3, max_iter=15, random_state=42,
    )  # fmt: skip
    net.fit(scaled(rows, idf), np.array(train.labels))
    return net.predict_proba(scaled(others, idf))
