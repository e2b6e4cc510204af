"""The naive model and the simple one, fitted on some rows and asked about others."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from filrouge.explore.feasibility.design import Design
from filrouge.explore.feasibility.target import Target

__all__ = ["Guess", "guesses"]

_TOPICS = 24
_WORDS = 30_000


@dataclass(frozen=True)
class Guess:
    """What a model says of the rows that judge it: a probability, a class, or a number."""

    rows: Any
    told: Any


def guesses(
    design: Design | None, outcome: Any, pairs: Sequence[tuple[Any, Any]], target: Target
) -> list[Guess]:
    """The guesses of a model, fold by fold; without a design, those of the naive one."""
    if design is None:
        return [Guess(judge, _told(None, outcome, teach, judge, target)) for teach, judge in pairs]
    from threadpoolctl import threadpool_limits

    # One thread: on a machine that does other work, threads that wait for each other cost
    # far more than they save.
    with threadpool_limits(1):
        return [Guess(judge, _told(design, outcome, teach, judge, target)) for teach, judge in pairs]


def _told(design: Design | None, outcome: Any, teach: Any, judge: Any, target: Target) -> Any:
    import numpy as np

    if design is None or not (design.names or design.texts):
        learned = outcome[teach]
        if target.kind == "numeric":
            return np.full(len(judge), learned.mean() if target.sparse else np.median(learned))
        if target.kind == "binary":
            return np.full(len(judge), learned.mean())
        return np.full(len(judge), float(np.bincount(learned.astype(int)).argmax()))
    if design.texts and not design.names and target.kind != "numeric":
        return _words(design, outcome, teach, judge, target)
    values, categories = _with_topics(design, teach)
    return _trees(values, categories, outcome, teach=teach, judge=judge, target=target)


def _words(design: Design, outcome: Any, teach: Any, judge: Any, target: Target) -> Any:
    """Sentences alone: frequencies of words and pairs of words, and a linear model."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import SGDClassifier

    texts = [" ".join(parts) for parts in zip(*design.texts.values(), strict=True)]
    words = TfidfVectorizer(ngram_range=(1, 2), max_features=_WORDS, sublinear_tf=True)
    known = words.fit_transform([texts[row] for row in teach])
    model = SGDClassifier(loss="log_loss", alpha=1e-5, max_iter=30, random_state=7)
    model.fit(known, outcome[teach])
    asked = words.transform([texts[row] for row in judge])
    return model.predict_proba(asked)[:, 1] if target.kind == "binary" else model.predict(asked)


def _with_topics(design: Design, teach: Any) -> tuple[Any, list[bool]]:
    """Sentences beside other columns: their main topics as numbers, learned from the rows that teach."""
    import numpy as np

    if not design.texts:
        return design.values, list(design.categories)
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer

    parts, categories = [design.values], list(design.categories)
    for text in design.texts.values():
        words = TfidfVectorizer(max_features=_WORDS, min_df=2)
        known = words.fit_transform([text[row] for row in teach])
        topics = TruncatedSVD(min(_TOPICS, known.shape[1] - 1), random_state=7).fit(known)
        parts.append(topics.transform(words.transform(text)))
        categories += [False] * parts[-1].shape[1]
    return np.column_stack(parts), categories


def _trees(
    values: Any, categories: list[bool], outcome: Any, *, teach: Any, judge: Any, target: Target
) -> Any:
    import numpy as np
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    # What is missing in every row that teaches cannot be learned from, and binning refuses it.
    seen = np.isfinite(values[teach]).any(axis=0)
    if not seen.any():
        return _told(None, outcome, teach, judge, target)
    values, categories = values[:, seen], [one for one, kept in zip(categories, seen, strict=True) if kept]
    rounds = 60 if target.kind != "classes" else max(10, min(60, 400 // len(target.classes)))
    settings: dict[str, Any] = {
        "max_iter": rounds,
        "learning_rate": 0.1,
        "max_leaf_nodes": 15,
        "min_samples_leaf": 30,
        "early_stopping": False,
        "random_state": 7,
        "categorical_features": categories,
    }
    if target.kind == "numeric":
        # The median is what the mean absolute error asks for, the mean what R² asks for.
        loss = "squared_error" if target.sparse else "absolute_error"
        model = HistGradientBoostingRegressor(loss=loss, **settings)
        return model.fit(values[teach], outcome[teach]).predict(values[judge])
    fitted = HistGradientBoostingClassifier(**settings).fit(values[teach], outcome[teach])
    if target.kind == "binary":
        return fitted.predict_proba(values[judge])[:, 1]
    return fitted.predict(values[judge])
