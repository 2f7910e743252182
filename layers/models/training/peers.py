"""What a champion is compared with, in the same folds: other libraries, and one feature alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from layers.models.training.metrics import Bools, Floats, auc
from layers.models.training.nodes import narrow


@dataclass(frozen=True, slots=True, eq=False)
class Peer:
    """A model of another library behind our interface."""

    model: Any

    def probabilities(self, values: Floats) -> Floats:
        """The probability of default of each row."""
        return np.asarray(self.model.predict_proba(narrow(values))[:, 1], np.float64)


def histogram_boosting(values: Floats, bad: Bools, seed: int = 42) -> Peer:
    """scikit-learn's HistGradientBoosting with the settings that it has by itself."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    return Peer(HistGradientBoostingClassifier(random_state=seed).fit(narrow(values), bad))


def plain_logistic(values: Floats, bad: Bools) -> Peer:
    """Logistic regression on standardised values; a missing one is the median, and flagged."""
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    steps = make_pipeline(
        SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True),
        StandardScaler(),
        LogisticRegression(max_iter=1_000),
    )
    return Peer(steps.fit(narrow(values), bad))


@dataclass(frozen=True, slots=True, eq=False)
class BestFeature:
    """The one feature that ranks the training rows best, as a ranking of its own."""

    place: int
    riskier_upwards: bool
    sorted_values: Floats

    def probabilities(self, values: Floats) -> Floats:
        """Share of training rows that are less risky: a rank and no probability; missing is 1."""
        column = values[:, self.place]
        below = np.searchsorted(self.sorted_values, column, side="left") / len(self.sorted_values)
        above = np.searchsorted(self.sorted_values, column, side="right") / len(self.sorted_values)
        ranks = below if self.riskier_upwards else 1.0 - above
        return np.where(np.isnan(column), 1.0, ranks)


def single_aucs(values: Floats, bad: Bools) -> Floats:
    """The AUC of each feature taken alone, in the direction in which it is better.

    A missing value lies at the middle, so that missingness alone does not rank.
    """
    found = []
    for column in values.T:
        known = column[~np.isnan(column)]
        middle = float(np.median(known)) if len(known) else 0.0
        area = auc(bad, np.where(np.isnan(column), middle, column))
        found.append(max(area, 1 - area))
    return np.array(found)


def best_feature(values: Floats, bad: Bools) -> BestFeature:
    """Choose by AUC among the training rows."""
    place = int(np.argmax(single_aucs(values, bad)))
    column = values[:, place]
    known = ~np.isnan(column)
    upwards = auc(bad[known], column[known]) >= 0.5
    return BestFeature(place, upwards, np.sort(column[known]))
