import contextlib
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import use_language
from filrouge.measures import (
    BadExpression,
    BadMeasure,
    Measure,
    compile_expression,
    evaluate,
    evaluate_over,
)

DAY = datetime(2013, 3, 1, tzinfo=UTC)
FRAME = pl.DataFrame(
    {
        "at": [DAY + timedelta(hours=8 * n) for n in range(6)],
        "score": [0.1, 0.9, 0.4, 0.6, 0.8, 0.2],
        "label": [0.0, 1.0, None, 1.0, 0.0, 0.0],
        "verdict": ["accepted", "rejected", None, None, "accepted", None],
        "latency_ms": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
        "feature_carrier": ["UA", "UA", "AA", "AA", "B6", "UA"],
    }
)


@pytest.mark.parametrize(
    ("measure", "value", "n"),
    [
        (Measure(value="label"), 0.4, 5),
        (Measure(kind="sum", value="label == 1 and score > 0.7"), 1.0, 6),
        (Measure(kind="quantile", value="latency_ms", q=0.5), 3.5, 6),
        (Measure(kind="ratio", value="verdict == 'accepted'", over="not is_null(verdict)"), 2 / 3, 3),
        (Measure(value="1 if carrier in ['UA', 'B6'] else 0"), 4 / 6, 6),
        (Measure(value="max(score, 0.5) - min(score, 0.5, 1)", where="0.2 < score <= 0.8"), 0.5 / 3, 3),
        (Measure(value="label / 0"), None, 0),
        (Measure(value="label", where="score > 1"), None, 0),
        (Measure(kind="ratio", value="label", over="score - score"), None, 5),
        (Measure(value="abs(score - label) + -1 * 0"), (0.1 + 0.1 + 0.4 + 0.8 + 0.2) / 5, 5),
    ],
)
def test_a_measure_gives_its_value_and_how_many_counted(measure: Measure, value: float | None, n: int):
    found = evaluate(measure, FRAME)
    assert found.n == n
    assert found.value == (None if value is None else pytest.approx(value))


def test_over_periods_and_slices():
    found = evaluate_over(Measure(value="label"), FRAME.lazy(), every="1d", by=["carrier"])
    assert found.select("start", "carrier", "value", "n").rows() == [
        (DAY, "UA", 0.5, 2),
        (DAY + timedelta(days=1), "AA", 1.0, 1),
        (DAY + timedelta(days=1), "B6", 0.0, 1),
        (DAY + timedelta(days=1), "UA", 0.0, 1),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "score.__class__",
        "(lambda: 1)()",
        "score[0]",
        "9 ** 9 ** 9 ** 9",
        "2 << 100000",
        "10000000000000000000000000000",
        "[x for x in score]",
        "f'{score}'",
        "open('x')",
        "eval('1')",
        "b'bytes'",
        "1j",
        "(y := 3)",
        "min(*[score, 1])",
        "min(score, key=1)",
        "score in label",
        "print",
        "",
        "a; b",
        "(" * 90 + "1" + ")" * 90 + "+" * 5,
        "-" * 100 + "score",
        "score + " * 150 + "1",
        "1" * 2000,
    ],
)
def test_what_is_not_in_the_language_is_refused(text: str):
    with pytest.raises(FilrougeError) as caught:
        compile_expression(text, FRAME.columns)
    assert isinstance(caught.value, BadExpression) or caught.value.code == "filrouge.faults"


@given(st.text(max_size=60))
def test_any_text_is_an_expression_or_a_coded_error(text: str):
    with contextlib.suppress(FilrougeError):
        compile_expression(text, FRAME.columns)


def test_an_unknown_column_is_told_with_the_closest():
    with pytest.raises(BadExpression, match="labl") as caught:
        evaluate(Measure(value="labl"), FRAME)
    assert caught.value.action == "Did you mean 'label'?"


def test_a_wrong_definition_tells_all_its_faults():
    with pytest.raises(FilrougeError) as caught:
        Measure(kind="ratio", value="score", q=2, where="x ** 2").check()
    assert len(caught.value.faults) == 4  # type: ignore[attr-defined]
    with pytest.raises(BadMeasure):
        evaluate_over(Measure(value="score"), FRAME, by=["carier"])


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("score ** 2", "« Pow » n’est pas du langage des mesures."),
        ("abs(score, label)", "« abs » prend de 1 à 1 valeurs."),
        ("labl", "Il n’y a pas de colonne « labl »."),
    ],
)
def test_what_is_no_expression_is_told_in_french(value: str, said: str):
    with use_language("fr"), pytest.raises(BadExpression) as caught:
        evaluate(Measure(value=value), FRAME)
    assert caught.value.what.replace("\u00a0", " ") == said
