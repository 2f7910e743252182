"""How good the text model is: on all evaluation texts, and on those it has never seen."""

from __future__ import annotations

import dataclasses
from collections import Counter
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import (
    accuracy_score,
    brier_score_loss,
    f1_score,
    precision_recall_fscore_support,
    roc_auc_score,
)

from layers.models.training.text_corpus import Corpus, Labelled, Subject
from layers.models.training.text_fit import Fitted
from risk.domain.models.text_severity import (
    NOTHING,
    PPM,
    Inputs,
    Parameters,
    Signal,
    Text,
    answer,
)
from risk.domain.text.grams import grams
from risk.domain.text.subject import speaks_of
from risk.domain.text.words import named_by_words

BINS: Final = 5
CONFUSIONS: Final = 8
LEAST_CHANCE: Final = 1e-6
DECIMALS: Final = 4


def text_figures(fitted: Fitted, corpus: Corpus, parameters: Parameters) -> dict[str, Any]:
    """Everything that the card and the documents say about quality."""
    negative, events = corpus.negative_eval, corpus.events_eval
    unseen = negative.unseen_by(corpus.negative)
    chances = np.array([fitted.model.probabilities(grams(text))[0] for text in negative.texts])
    exact = np.array([fitted.exact_probabilities(grams(text))[0] for text in negative.texts])
    bad = np.array(negative.labels) == "1"
    return {
        "negative": {
            "all": _negative(bad, chances),
            "unseen": _negative(bad[unseen], chances[unseen]),
            "before_rounding": _negative(bad, exact),
        },
        "events": _event_figures(fitted, events, events.unseen_by(corpus.events), parameters),
        "words_alone": _words_alone(negative, events, parameters),
        "subject": subject_figures(corpus.subjects_eval),
    }


def _negative(bad: NDArray[np.bool_], chances: NDArray[np.float64]) -> dict[str, Any]:
    order = np.array_split(np.argsort(chances), BINS)
    return {
        "n": len(bad),
        "accuracy": _short(accuracy_score(bad, chances >= 0.5)),
        "f1": _short(f1_score(bad, chances >= 0.5)),
        "auc": _short(roc_auc_score(bad, chances)),
        "brier": _short(brier_score_loss(bad, chances)),
        "calibration_slope": _slope(bad, chances),
        "calibration": [[_short(chances[i].mean()), _short(bad[i].mean())] for i in order],
    }


def _slope(bad: NDArray[np.bool_], chances: NDArray[np.float64]) -> float:
    """Slope of the outcome on the logit: 1 is right, less is too sure of itself."""
    clipped = np.clip(chances, LEAST_CHANCE, 1 - LEAST_CHANCE)
    logit = np.log(clipped / (1 - clipped))[:, None]
    return _short(LogisticRegression(C=1e6).fit(logit, bad).coef_[0, 0])


def _event_figures(
    fitted: Fitted, events: Labelled, unseen: NDArray[np.bool_], parameters: Parameters
) -> dict[str, Any]:
    names = fitted.model.events
    known = np.array(events.labels)
    served = [fitted.model.probabilities(grams(text))[1] for text in events.texts]
    exact = [fitted.exact_probabilities(grams(text))[1] for text in events.texts]
    alone = np.array([names[int(np.argmax(one))] for one in served])
    ruled = np.array(
        [
            _as_served(text, chances, names, parameters)
            for text, chances in zip(events.texts, served, strict=True)
        ]
    )
    exact_names = np.array([names[int(np.argmax(one))] for one in exact])
    return {
        "all": _kinds(known, alone),
        "unseen": _kinds(known[unseen], alone[unseen]),
        "unseen_with_words": _kinds(known[unseen], ruled[unseen]),
        "unseen_before_rounding": _kinds(known[unseen], exact_names[unseen]),
        "confusions": _confusions(known[unseen], ruled[unseen]),
        "by_event": _by_event(known[unseen], ruled[unseen]),
    }


def _as_served(
    text: str, shares: NDArray[np.float64], names: tuple[str, ...], parameters: Parameters
) -> str:
    """The event that the whole text part names, among the kinds that the corpus knows."""
    known = tuple(rule for rule in parameters.events if rule.event in names)
    ppm = {name: round(share * PPM) for name, share in zip(names, shares.tolist(), strict=True)}
    signal = Signal(negative_ppm=0, events_ppm=ppm)
    asked = Inputs(
        as_of=date(2020, 1, 1),
        names=(),
        texts=(Text(text=text, published_on=None, signal=signal, tied_by_source=True),),
    )
    return answer(asked, dataclasses.replace(parameters, events=known)).event or NOTHING


def _kinds(known: NDArray[Any], found: NDArray[Any]) -> dict[str, Any]:
    labels = sorted(set(known))
    return {
        "n": len(known),
        "accuracy": _short(accuracy_score(known, found)),
        "macro_f1": _short(f1_score(known, found, labels=labels, average="macro", zero_division=0)),
        "adverse_f1": _short(f1_score(known != NOTHING, found != NOTHING)),
    }


def _confusions(known: NDArray[Any], found: NDArray[Any]) -> list[list[Any]]:
    pairs = Counter((a, b) for a, b in zip(known, found, strict=True) if a != b)
    return [[str(a), str(b), count] for (a, b), count in pairs.most_common(CONFUSIONS)]


def _by_event(known: NDArray[Any], found: NDArray[Any]) -> dict[str, list[float]]:
    """Precision, recall and number, by kind."""
    labels = sorted(set(known))
    precision, recall, _, number = precision_recall_fscore_support(
        known, found, labels=labels, zero_division=0
    )
    return {
        str(label): [_short(precision[at]), _short(recall[at]), int(number[at])]
        for at, label in enumerate(labels)
    }


def _words_alone(negative: Labelled, events: Labelled, parameters: Parameters) -> dict[str, Any]:
    """What the words find without any model: the fallback."""

    def said(text: str) -> str:
        rules, denied = parameters.events, parameters.negations
        found = named_by_words(text, rules, denied, parameters.negation_reach)
        return NOTHING if found is None else found.event

    bad = np.array(negative.labels) == "1"
    found = np.array([said(text) != NOTHING for text in negative.texts])
    return {
        "negative_accuracy": _short(accuracy_score(bad, found)),
        "negative_f1": _short(f1_score(bad, found)),
        "events": _kinds(np.array(events.labels), np.array([said(one) for one in events.texts])),
    }


def subject_figures(subjects: tuple[Subject, ...]) -> dict[str, Any]:
    """Of firms listed with bad news: is news about them found, and other firms' news left out?

    A listed firm that is not the subject stands in the text all the same; a firm that another
    text lists is the stranger who must not be blamed.
    """
    hit = missed = passing = 0
    strangers = blamed = 0
    for at, one in enumerate(subjects):
        for name in one.listed:
            if name in one.about:
                found = speaks_of(one.text, [name]) is True
                hit, missed = hit + found, missed + (not found)
            else:
                passing += speaks_of(one.text, [name]) is True
        for name in subjects[(at + 1) % len(subjects)].listed:
            if name not in one.listed:
                strangers += 1
                blamed += speaks_of(one.text, [name]) is True
    return {
        "recall": _short(hit / (hit + missed)),
        "precision_among_listed": _short(hit / (hit + passing)),
        "subjects": hit + missed,
        "strangers": strangers,
        "strangers_blamed": blamed,
    }


def _short(value: Any) -> float:
    return round(float(value), DECIMALS)
