from datetime import UTC, datetime

import pytest
from tests.fakes.bus_product import PRODUCT, make_bus_product

from filrouge.cli.models import show
from filrouge.cli.record import record_lines
from filrouge.storage.workspace import Workspace


def test_lists_have_commas_and_are_wrapped_under_their_name():
    features = [{"name": f"feature_{n}", "dtype": "Float64"} for n in range(6)]
    assert record_lines({"rows": 200, "features": features}, width=60) == [
        "rows           200",
        "features       feature_0 (Float64), feature_1 (Float64),",
        "               feature_2 (Float64), feature_3 (Float64),",
        "               feature_4 (Float64), feature_5 (Float64)",
    ]


def test_dictionaries_are_told_key_by_key():
    fields = {
        "metrics": {"roc_auc": 0.7312345678, "brier": 0.2},
        "slices": {"line": {"A": {"rows": 20, "brier": 0.1}, "B": {"rows": 5, "brier": 0.3}}},
        "contract": {
            "buses": [
                {
                    "name": "bus_id",
                    "type": "str",
                    "nullable": False,
                    "required": True,
                    "unit": "",
                    "description": "",
                },
                {
                    "name": "stops",
                    "type": "int",
                    "nullable": True,
                    "required": False,
                    "unit": "stops",
                    "ge": 0,
                },
                {"name": "line", "type": "str", "nullable": False, "required": True, "allowed": ["A", "B"]},
            ]
        },
    }
    assert record_lines(fields, width=64) == [
        "metrics        roc_auc 0.731235, brier 0.2",
        "slices         line A: rows 20, brier 0.1",
        "               line B: rows 5, brier 0.3",
        "contract       buses: bus_id (str), stops (int, nullable,",
        "               optional, stops, ge 0), line (str, allowed A, B)",
    ]


def test_nothing_yes_and_moments_are_words():
    fields = {
        "a": None,
        "b": [],
        "c": {},
        "d": "",
        "e": True,
        "f": datetime(2013, 1, 2, 3, 4, tzinfo=UTC),
        "g": 0,
    }
    said = [line.split(maxsplit=1)[1] for line in record_lines(fields)]
    assert said == ["–", "–", "–", "–", "yes", "2013-01-02 03:04 UTC", "0"]


def test_a_name_and_its_value_stay_together():
    metrics = {"roc_auc": 0.5, "average_precision": 0.325, "log_loss": 0.63, "brier": 0.219531}
    assert record_lines({"metrics": metrics}, width=74) == [
        "metrics        roc_auc 0.5, average_precision 0.325, log_loss 0.63,",
        "               brier 0.219531",
    ]


def test_a_digest_is_never_broken():
    assert record_lines({"digest": "d" * 64}, width=60) == [f"digest         {'d' * 64}"]


def test_a_version_is_shown_without_lists_of_python(
    sqlite_workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    make_bus_product(sqlite_workspace)
    monkeypatch.chdir(sqlite_workspace.root)
    show(f"{PRODUCT}/forest/1")
    said = capsys.readouterr().out
    assert "features       stops (Int64), rain (Float64), past_count (Int64)\n" in said
    assert not set("[]{}'") & set(said)
