"""Studies of tables, written to a file first, as a user's are."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from filrouge.explore.feasibility import Asked, Question, Study, study

Measure = Callable[..., Study]


@pytest.fixture
def measure(tmp_path: Path) -> Measure:
    """Measure a table, or several by name."""

    def run(*frames: pl.DataFrame, target: str = "late", time: str = "", **more: Any) -> Study:
        paths = []
        for number, frame in enumerate(frames):
            paths.append(tmp_path / f"table{number}.csv")
            frame.write_csv(paths[-1])
        return study(Asked(tuple(map(str, paths)), target, time, **more))

    return run


def facts(made: Study, question: Question) -> str:
    """What an answer and its findings say, in one text."""
    answer = made.answer(question)
    return "\n".join([str(answer.said), *(str(one.said) for one in answer.findings)])
