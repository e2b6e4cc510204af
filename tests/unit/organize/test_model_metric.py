"""A metric of the model is known by its name and by its measure, whatever layer it was given."""

import pytest

from filrouge.organize.indicators import Indicator
from filrouge.organize.indicators.model_metric import measures_the_model

MODEL = [
    ("AUC", ""),
    ("ROC AUC on the test set", ""),
    ("F1", ""),
    ("F1-score", ""),
    ("Accuracy", ""),
    ("Recall at 0.3", ""),
    ("Accuracy of the model", ""),
    ("Précision du modèle", ""),
    ("Rappel", ""),
    ("RMSE (minutes)", ""),
    ("Probabilities that come true", "(score - label) * (score - label)"),
    ("Error", "abs(label - score)"),
    ("Minutes of error", "max(answer, 0) - label"),
    ("Right answers", "(score >= 0.5) == (label == 1)"),
]
WORLD = [
    ("Late or cancelled flights warned in time", "label == 1 and score >= 0.3"),
    ("Warnings that were false", "label == 0 and score >= 0.3"),
    ("Suggestions accepted", "verdict == 'accepted'"),
    ("Cost of being wrong", "abs(score - label) * input_price"),
    ("Minutes won", "input_before - input_after"),
    ("Accuracy of the dates that we announce", ""),
    ("Claims settled within two days", ""),
    ("Nights of hotel saved", ""),
    ("Précision des dates annoncées", ""),
    ("Broken", "score -"),
]


@pytest.mark.parametrize(("title", "value"), MODEL)
def test_it_measures_the_model(title: str, value: str):
    assert measures_the_model(Indicator(title=title, measure={"value": value}))


@pytest.mark.parametrize(("title", "value"), WORLD)
def test_it_measures_the_problem(title: str, value: str):
    assert not measures_the_model(Indicator(title=title, measure={"value": value} if value else {}))
