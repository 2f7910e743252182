"""Reads the labelled Chinese financial texts (FinCUGE, arXiv 2302.09432), and their traps.

The training list of FinNSP has its header among its rows. Texts of the evaluation lists stand in
the training lists, too: those are scored apart. One kind of event of FinESE has a single example
and is left out.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

FILES: Final = ("finnsp_train", "finnsp_eval", "finese_train", "finese_eval")
FEWEST: Final = 5
"""A kind with fewer examples cannot be learned."""


class CorpusNotThere(RuntimeError):
    """The folder does not have the lists."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """Texts and their labels, in the same order."""

    texts: tuple[str, ...]
    labels: tuple[str, ...]

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> Labelled:
        """From pairs of text and label."""
        texts, labels = zip(*pairs, strict=True)
        return cls(texts, labels)

    def unseen_by(self, other: Labelled) -> NDArray[np.bool_]:
        """Which of these texts do not stand in another set."""
        known = set(other.texts)
        return np.array([text not in known for text in self.texts])


@dataclass(frozen=True, slots=True)
class Subject:
    """A text's listed firms, and those that its bad news is about."""

    text: str
    listed: tuple[str, ...]
    about: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Corpus:
    """Negative news and kinds of events, to train and to evaluate."""

    negative: Labelled
    negative_eval: Labelled
    events: Labelled
    events_eval: Labelled
    subjects_eval: tuple[Subject, ...]
    sha256: str


def read_corpus(folder: Path) -> Corpus:
    """Read the four lists, or say that they are not there."""
    bodies = {}
    for name in FILES:
        path = folder / f"{name}_list.json.gz"
        if not path.exists():
            raise CorpusNotThere(f"no {path.name} in the folder of texts")
        bodies[name] = gzip.decompress(path.read_bytes())
    rows = {name: json.loads(body) for name, body in bodies.items()}
    events = [(row[1], row[2]) for row in rows["finese_train"]]
    enough = {event for event, count in Counter(e for _, e in events).items() if count >= FEWEST}
    digest = hashlib.sha256(b"".join(hashlib.sha256(bodies[name]).digest() for name in FILES))
    return Corpus(
        negative=_negative(rows["finnsp_train"]),
        negative_eval=_negative(rows["finnsp_eval"]),
        events=Labelled.of(pair for pair in events if pair[1] in enough),
        events_eval=Labelled.of((row[1], row[2]) for row in rows["finese_eval"]),
        subjects_eval=tuple(_subject(row) for row in rows["finnsp_eval"] if row[4] == "1"),
        sha256=digest.hexdigest(),
    )


def _negative(rows: list[Any]) -> Labelled:
    """Title and text together; a row whose label is no label is the header."""
    return Labelled.of((_text(row), row[4]) for row in rows if row[4] in ("0", "1"))


def _subject(row: list[str]) -> Subject:
    listed, about = (tuple(filter(None, row[column].split(";"))) for column in (3, 5))
    return Subject(_text(row), listed, about)


def _text(row: list[str]) -> str:
    return f"{row[1] or ''} {row[2] or ''}"
