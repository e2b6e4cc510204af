import numpy as np
import polars as pl
import pytest

from filrouge.measures.metrics import UnknownMetric
from filrouge.streamline.monitoring.profiles import read_profile
from filrouge.streamline.monitoring.readings import read
from filrouge.streamline.monitoring.tables import Definition
from filrouge.streamline.monitoring.windows import Logged
from filrouge.streamline.registry.profile import profile_bytes, reference_profile

QUALITY = Definition(kind="quality", threshold=0.3, min_n=10)
DRIFT = Definition(kind="drift", threshold=0.25, min_n=10)


def rows(n: int, seed: int = 0) -> pl.DataFrame:
    random = np.random.default_rng(seed)
    columns = {f"x{number}": random.normal(size=n) for number in range(12)}
    often_null = pl.Series("gate", [None if draw < 0.6 else "A" for draw in random.random(n)])
    return pl.DataFrame({**columns, "gate": often_null, "score": random.random(n)})


def logged(frame: pl.DataFrame, trained_on: pl.DataFrame | None, **more: object) -> Logged:
    names = {name: f"feature_{name}" for name in frame.columns if name not in {"score", "label"}}
    reference = read_profile(profile_bytes(reference_profile(trained_on))) if trained_on is not None else {}
    return Logged(frame.rename(names), reference, **more)


def test_every_column_has_its_figures_the_worst_first():
    moved = rows(500, 1).with_columns(x3=pl.col("x3") + 2)
    found = read(DRIFT, logged(moved, rows(3000)))
    assert found.value == pytest.approx(found.detail["columns"]["x3"]["beyond_chance"])
    assert next(iter(found.detail["columns"])) == "x3"
    assert set(found.detail["columns"]) == set(moved.columns)
    assert set(found.detail["columns"]["x0"]) == {"psi", "js", "ks", "p", "beyond_chance"}


def test_nulls_that_the_reference_has_too_are_no_trouble():
    usual = read(QUALITY, logged(rows(500, 1), rows(3000)))
    assert usual.value < 0.1
    assert usual.detail["columns"]["gate"]["null_share"] == pytest.approx(0.6, abs=0.1)
    assert read(QUALITY, logged(rows(500, 1), None)).value == pytest.approx(0.6, abs=0.1)


def test_a_column_that_is_not_logged_any_more_is_all_null_for_quality_and_named_by_drift():
    window = logged(rows(500, 1).drop("x5"), rows(3000))
    found = read(QUALITY, window)
    assert (found.value, next(iter(found.detail["columns"]))) == (1.0, "x5")
    drifted = read(DRIFT, window)
    assert drifted.value == 0.0
    assert drifted.detail["missing_columns"] == ["x5"]
    alone = Definition(kind="drift", threshold=0.25, min_n=10, column="x5")
    assert read(alone, window).value is None


def test_a_column_that_nobody_knows_gives_no_value():
    for kind in ("quality", "drift"):
        found = read(
            Definition(kind=kind, threshold=0.1, min_n=10, column="wing"), logged(rows(50), rows(300))
        )
        assert (found.value, found.detail) == (None, {"unknown_column": "wing"})


def test_a_model_that_gives_texts_has_no_score_and_that_is_no_fault():
    texts = rows(50).with_columns(score=pl.lit(None, pl.Float64), gate=pl.lit("A"))
    assert read(QUALITY, logged(texts, None)).value == 0.0


def test_slices_of_the_version_have_their_own_performance():
    random = np.random.default_rng(2)
    label, origin = (random.random(600) < 0.4).astype(float), random.choice(["EWR", "JFK"], 600)
    good = np.where(origin == "JFK", label, 1 - label)
    frame = pl.DataFrame({"score": good * 0.5 + random.random(600) * 0.2, "label": label, "origin": origin})
    definition = Definition(kind="performance", threshold=0.7, worse="below")
    found = read(definition, logged(frame, None, slices=("origin", "forgotten")))
    assert found.slices == {
        "origin=EWR": (0.0, int((origin == "EWR").sum())),
        "origin=JFK": (1.0, int((origin == "JFK").sum())),
    }
    assert found.value == pytest.approx(0.5, abs=0.1)


def test_a_metric_that_does_not_exist_is_refused_when_the_monitor_is_defined():
    with pytest.raises(UnknownMetric, match="Did you mean 'roc_auc'"):
        Definition(kind="performance", threshold=0.7, metric="rocauc").check()
