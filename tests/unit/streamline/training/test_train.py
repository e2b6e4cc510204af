from datetime import UTC, datetime

import polars as pl
import pytest
from tests.fakes.recorder import FakeRecorder

from filrouge.storage.product import Product, UnknownProduct
from filrouge.storage.workspace import Workspace
from filrouge.streamline.pipelines.code import NoProductCode
from filrouge.streamline.pipelines.runs import run_named
from filrouge.streamline.pipelines.window import Window
from filrouge.streamline.registry.ledger import promote
from filrouge.streamline.registry.scorer import load_scorer
from filrouge.streamline.registry.version import version_named, versions
from filrouge.streamline.training.recorder import RecorderWarning, mirror_ledger
from filrouge.streamline.training.train import UnknownModel, train
from filrouge.thread.links import links_to
from filrouge.thread.ref import Ref

CODE = """
from datetime import UTC, datetime, timedelta
import numpy as np
import polars as pl
from filrouge import Contract, GroupRate, features, labels, model, source

START = datetime(2013, 1, 1, tzinfo=UTC)

class Events(Contract):
    id: int
    at: datetime
    wind: float

def table(window):
    rng = np.random.default_rng(0)
    at = pl.Series("at", [START + timedelta(hours=i) for i in range(1000)])
    frame = pl.DataFrame({"id": range(1000), "at": at, "wind": rng.normal(size=1000)})
    return frame.filter(pl.col("at").is_between(window.start, window.end, closed="left"))

@source("events", contract=Events, role="event", key="id", time="at")
def events(window): return table(window)

@source("outcomes", necessity="important", role="outcome", key="id", time="at")
def outcomes(window): return table(window)

@features(key="id", time="at")
def wind_features(events): return events.select("id", "at", "wind")

@labels("late", key="id", known_at="known_at")
def lateness(outcomes):
    return outcomes.select("id", late=pl.col("wind") > 0.3, known_at=pl.col("at") + timedelta(hours=5))

@model(target="late", naive=True, metrics=["roc_auc"])
def rate(features, labels, smoothing=5.0): return GroupRate(by=[], smoothing=smoothing).fit(features, labels)
"""
JANUARY = Window(datetime(2013, 1, 1, tzinfo=UTC), datetime(2013, 2, 1, tzinfo=UTC))


@pytest.fixture
def product(sqlite_workspace: Workspace) -> str:
    folder = sqlite_workspace.root / "windy"
    folder.mkdir()
    (folder / "__init__.py").write_text(CODE)
    with sqlite_workspace.transaction("ana") as session:
        session.add(Product(id="windy", title="Windy", code="windy"))
    return "windy"


def test_a_version_keeps_where_it_comes_from_and_loads_without_the_recorder(
    sqlite_workspace: Workspace, product: str
):
    recorder = FakeRecorder()
    made = train(
        sqlite_workspace, product, "rate", window=JANUARY, params={"smoothing": 1.0},
        hypothesis="hypothesis:h1", recorder=recorder, actor="ana",
    )  # fmt: skip
    with sqlite_workspace.reading() as session:
        kept = version_named(session, made.id)
        assert (kept.id, kept.naive, kept.made_by, kept.recorder_uri) == (
            "windy/rate/1", True, "ana", "models:/windy.rate/1",
        )  # fmt: skip
        assert kept.rows == 740  # of 744 hours: the last labels come in February
        assert (kept.params, kept.features) == ({"smoothing": 1.0}, [{"name": "wind", "dtype": "Float64"}])
        assert kept.contract["events"][0]["name"] == "id"
        assert set(kept.metrics) == {"roc_auc"}
        assert len(links_to(session, Ref("run", kept.run_id))) == 1
        run = run_named(session, kept.run_id)
        assert (run.state, run.trigger, run.who) == ("done", "training", "ana")
    assert load_scorer(sqlite_workspace.artifacts, kept).score(pl.DataFrame({"wind": [1.0]})).shape == (1,)
    assert b'"score"' in sqlite_workspace.artifacts.get(kept.profile)
    (run,) = recorder.runs
    assert (run.status, run.kept_params) == ("FINISHED", {"smoothing": 1.0})
    with sqlite_workspace.transaction("ana") as session:
        promote(session, product, "champion", made.id, who="ana", why="first")
    mirror_ledger(sqlite_workspace, product, recorder)
    assert recorder.slots == {"windy": {"champion": "models:/windy.rate/1"}}


def test_a_broken_recorder_does_not_lose_the_version(sqlite_workspace: Workspace, product: str):
    class Broken(FakeRecorder):
        def run(self, product_id, name):
            raise OSError("no tracking server")

    with pytest.warns(RecorderWarning, match="no tracking server"):
        made = train(sqlite_workspace, product, "rate", window=JANUARY, recorder=Broken())
    assert (made.number, made.recorder_uri) == (1, "")


def test_wrong_names_are_coded_and_nothing_is_registered(sqlite_workspace: Workspace, product: str):
    with pytest.raises(UnknownModel, match="Did you mean 'rate'"):
        train(sqlite_workspace, product, "rates", window=JANUARY)
    with pytest.raises(UnknownProduct):
        train(sqlite_workspace, "windi", "rate", window=JANUARY)
    with sqlite_workspace.transaction("ana") as session:
        session.add(Product(id="bare", title="Bare"))
    with pytest.raises(NoProductCode, match="filrouge new"):
        train(sqlite_workspace, "bare", "rate", window=JANUARY)
    with sqlite_workspace.reading() as session:
        assert versions(session, product) == []
