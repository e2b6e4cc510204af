from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score
from tests.fakes.bus_product import NOW, PRODUCT, add_version, make_bus_product

from filrouge.bootstrap import init_workspace
from filrouge.flows.track_record import track_record
from filrouge.storage.eventlog import EventLog
from filrouge.storage.eventlog.records import Label, Prediction
from filrouge.storage.workspace import Workspace
from filrouge.streamline.registry.scorer import load_scorer
from filrouge.streamline.registry.version import version_named


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = init_workspace(tmp_path / "ws")
    make_bus_product(workspace)
    return workspace


def _features(count: int, seed: int) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    return pl.DataFrame(
        {
            "stops": rng.integers(1, 80, count).astype(float),
            "rain": rng.integers(0, 10, count).astype(float),
            "past_count": rng.integers(0, 60, count).astype(float),
        }
    )


def _log(
    workspace: Workspace, features: pl.DataFrame, first: datetime, step: timedelta
) -> tuple[list[float], list[bool]]:
    """Served at random by a version 'served'; late when the bus stops often."""
    rng = np.random.default_rng(7)
    scores, labels = rng.random(len(features)).tolist(), (features["stops"] > 40).to_list()
    log = EventLog(workspace)
    for n, row in enumerate(features.iter_rows(named=True)):
        at = first + n * step
        common: dict[str, Any] = {"product": PRODUCT, "at": at, "recorded_at": at}
        told = {"model_version": "served", "slot": "champion", "key": f"bus-{n}"}
        log.append(Prediction(id=f"p{n}", score=scores[n], features=row, **told, **common))
        log.append(Label(prediction_id=f"p{n}", value=labels[n], **common))
    log.close()
    return scores, labels


def test_months_are_judged_apart_for_what_served_and_for_a_version_left_alone(workspace: Workspace) -> None:
    features = _features(400, 1)
    first = datetime(2013, 3, 1, tzinfo=UTC)
    scores, labels = _log(workspace, features, first, timedelta(hours=3))
    version = add_version(workspace, "forest", "champion", seed=2)
    months = track_record(workspace, PRODUCT, first, first + timedelta(days=90), versions=[version])
    assert [month.month.month for month in months] == [3, 4]
    assert [month.rows for month in months] == [248, 152]
    with workspace.reading() as session:
        scorer = load_scorer(workspace.artifacts, version_named(session, version))
    alone = scorer.score(features)
    for month, part in zip(months, (slice(0, 248), slice(248, 400)), strict=True):
        assert month.rate == pytest.approx(np.mean(labels[part]))
        assert month.served["roc_auc"] == pytest.approx(roc_auc_score(labels[part], scores[part]))
        assert month.alone[version]["roc_auc"] == pytest.approx(roc_auc_score(labels[part], alone[part]))
        assert month.alone[version]["average_precision"] == pytest.approx(
            average_precision_score(labels[part], alone[part])
        )
        assert month.versions == ("served",)
        assert month.alone[version]["roc_auc"] > 0.8


def test_months_without_labels_are_left_out(workspace: Workspace) -> None:
    assert track_record(workspace, PRODUCT, NOW, NOW + timedelta(days=40)) == []
