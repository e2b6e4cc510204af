from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import polars as pl
import pytest

from filrouge.kernel.errors import Faults, FilrougeError
from filrouge.streamline.pipelines.code import CodeImportFailed, NoProductCode, ProductCode

CONTRACTS = """
from datetime import datetime
from filrouge import Contract
class Flights(Contract):
    flight: str
    origin: str
    departs: datetime
"""
INGESTION = """
import polars as pl
from filrouge import Window, source
from .contracts import Flights
from . import shared
from .shared import LIMIT, double

@source("flights", contract=Flights, key="flight", time="departs")
def flights(window: Window) -> pl.DataFrame:
    return pl.DataFrame({"flight": ["a"], "x": [double(LIMIT)]})

@source("weather", necessity="important", role="lookup", key="origin", fallback="climatology")
def weather(window):
    return shared.read()

def climatology(window):
    return None
"""
SHARED = """
LIMIT = 2
UNUSED = 3
def double(x):
    return 2 * x
def read():
    return None
"""
MODEL = """
import narwhals as nw
from filrouge import activation, features, labels, model

@features(key="flight", time="departs")
def departures(flights, weather):
    return flights.with_columns(nw.col("x") * 2)

@labels("late", key="flight", known_at="landed")
def outcomes(flights): ...

@model(target="late", naive=True)
def rate(features, labels): ...

@model(target="late", metrics=["roc_auc"], slices=["origin"])
def boosting(features, labels, learning_rate=0.1): ...

@activation("desk", every="1 day")
def advise(predictions): ...
"""
FILES = {"contracts": CONTRACTS, "ingestion": INGESTION, "shared": SHARED, "model": MODEL}
Load = Callable[..., ProductCode]


@pytest.fixture
def load(tmp_path: Path, request: pytest.FixtureRequest) -> Load:
    folder = tmp_path / f"pkg_{abs(hash(request.node.name))}"
    folder.mkdir()

    def write(**changes: str) -> ProductCode:
        (folder / "__init__.py").write_text("")
        for name, text in {**FILES, **changes}.items():
            (folder / f"{name}.py").write_text(dedent(text))
        return ProductCode.load(folder)

    return write


def codes(load: Load, **changes: str) -> list[str]:
    with pytest.raises(FilrougeError) as caught:
        _ = load(**changes).graph
    faults = caught.value.faults if isinstance(caught.value, Faults) else (caught.value,)
    return [fault.code for fault in faults]


def test_parameters_wire_the_graph(load: Load):
    graph = load().graph
    assert graph["departures"].inputs == {"flights": "flights", "weather": "weather"}
    assert graph["boosting"].inputs == {"features": "departures", "labels": "outcomes"}
    assert graph["boosting"].params == {"learning_rate": 0.1}
    assert graph["weather"].fallback is not None
    order = list(graph.nodes)
    assert order.index("flights") < order.index("departures") < order.index("boosting")
    assert [node.name for node in graph.upstream(["outcomes"])] == ["flights", "outcomes"]
    assert graph.labels_of("rate").name == "outcomes"
    assert {edge["to"] for edge in graph.describe()["edges"]} >= {"departures", "boosting"}


def test_features_called_with_polars_give_polars(load: Load):
    graph = load().graph
    table = graph["departures"].function(pl.DataFrame({"x": [2]}), None)
    assert isinstance(table, pl.DataFrame)
    assert table["x"].to_list() == [4]


def test_all_mistakes_come_together(load: Load):
    wrong = MODEL.replace("weather)", "wether)").replace("rate(features", "rate(nothing")
    wrong = wrong.replace('@model(target="late", metrics', '@model(target="lat", naive=True, metrics')
    ingestion = INGESTION.replace("contract=Flights, ", "").replace('key="origin", ', "")
    found = codes(load, model=wrong, ingestion=ingestion)
    assert sorted(found) == [
        "graph.no-labels",
        "graph.source",
        "graph.source",
        "graph.unknown-input",
        "graph.unknown-input",
        "graph.unknown-input",
    ]


def test_a_misspelt_step_gets_a_hint(load: Load):
    with pytest.raises(FilrougeError, match="Did you mean 'weather'"):
        _ = load(model=MODEL.replace("weather)", "wether)")).graph.nodes


@pytest.mark.parametrize(
    ("extra", "code"),
    [
        ("@model(target='late', naive=True)\ndef other(features, labels): ...", "graph.two-naive"),
        ("from filrouge import step\n@step()\ndef a(b): ...\n@step()\ndef b(a): ...", "graph.cycle"),
        ("from filrouge import step\n@step()\ndef flights(): ...", "graph.duplicate"),
    ],
)
def test_each_mistake_has_its_code(load: Load, extra: str, code: str):
    assert codes(load, model=f"{MODEL}\n{extra}") == [code]


def test_a_lookup_key_must_be_a_column_of_the_event(load: Load):
    wrong = INGESTION.replace('key="origin"', 'key="orgin"')
    assert codes(load, ingestion=wrong) == ["graph.unknown-column"]


def test_code_versions_follow_what_the_code_says(load: Load):
    before = {name: node.code_version for name, node in load().graph.nodes.items()}
    spaced = SHARED.replace("return 2 * x", "# twice\n    return (2 *  x)").replace(
        "UNUSED = 3", "UNUSED = 4"
    )
    same = load(shared=spaced).graph
    assert {name: node.code_version for name, node in same.nodes.items()} == before
    limit = load(shared=SHARED.replace("LIMIT = 2", "LIMIT = 5")).graph
    assert [name for name in before if limit[name].code_version != before[name]] == ["flights"]
    read = load(shared=SHARED.replace("return None", "return 1")).graph
    assert [name for name in before if read[name].code_version != before[name]] == ["weather"]


def test_import_failures_come_together_with_file_and_line(load: Load):
    with pytest.raises(Faults) as caught:
        load(shared="def broken(:\n", model="\nimport nothing_like_it\n")
    places = [fault.where.rpartition("/")[2] for fault in caught.value.faults]
    assert sorted(places) == ["model.py:2", "shared.py:1"]
    assert all(isinstance(fault, CodeImportFailed) for fault in caught.value.faults)


def test_a_name_that_is_taken_is_not_overwritten(tmp_path: Path):
    import json

    folder = tmp_path / "json"
    folder.mkdir()
    (folder / "__init__.py").write_text("from .more import X")
    (folder / "more.py").write_text("X = 1")
    assert ProductCode.load(folder).package.X == 1
    import sys

    assert sys.modules["json"] is json


def test_a_folder_without_package_is_told(tmp_path: Path):
    with pytest.raises(NoProductCode):
        ProductCode.load(tmp_path)
