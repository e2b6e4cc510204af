"""Bad input is refused with a code and the next action; odd input is read."""

import gzip
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa
from tests.unit.explore.feasibility.conftest import Measure, facts
from tests.unit.explore.feasibility.tables import ROWS, bookings

from filrouge.explore.feasibility import Asked, Question, Study, Verdict, study
from filrouge.explore.feasibility.reading import columns_in
from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import use_language


def asked(path: Path | str, target: str = "late", time: str = "day") -> Study:
    return study(Asked((str(path),), target, time))


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    path = tmp_path / "bookings.csv"
    bookings().write_csv(path)
    return path


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.csv", b"", "feasibility.empty"),
        ("heads.csv", b"late,day\n", "feasibility.empty"),
        ("image.csv", b"\x89PNG\x00\x00\x01" * 50, "feasibility.unreadable"),
        (
            "torn.csv.gz",
            gzip.compress(b"late,day\n1,2020-01-01\n" * 500, mtime=0)[:60],
            "feasibility.unreadable",
        ),
        ("false.parquet", b"PAR1 and no more", "feasibility.unreadable"),
        ("no.json", b'["a", "b"]', "feasibility.unreadable"),
    ],
)
def test_files_that_hold_no_table(tmp_path: Path, name: str, content: bytes, code: str):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FilrougeError) as caught:
        asked(tmp_path / name)
    assert caught.value.code == code
    assert caught.value.action


def test_places_that_hold_no_table(tmp_path: Path, csv: Path):
    (tmp_path / "void").mkdir()
    for place in (tmp_path / "absent.csv", tmp_path / "void", f"{tmp_path}/*.parquet"):
        with pytest.raises(FilrougeError) as caught:
            asked(place)
        assert caught.value.code == "feasibility.no-data"


@pytest.mark.parametrize(
    ("column", "part"),
    [
        (pl.lit(1), "has the same value in every row"),
        (pl.lit(None, pl.Int64), "is missing in every row"),
        (pl.int_range(ROWS), "is different in every row"),
        (pl.concat_str(pl.lit("b"), pl.int_range(ROWS)), "is different in every row"),
        ((pl.int_range(ROWS) % 1000).cast(pl.String) + "x", "1,000 classes"),
        (pl.when(pl.int_range(ROWS) == 3).then(float("inf")).otherwise("wind"), "is infinite in 1 row."),
    ],
)
def test_targets_that_cannot_be_learned(tmp_path: Path, column: pl.Expr, part: str):
    bookings().with_columns(column.alias("late")).write_parquet(tmp_path / "t.parquet")
    with pytest.raises(FilrougeError) as caught:
        asked(tmp_path / "t.parquet")
    assert caught.value.code == "feasibility.bad-target"
    assert part in caught.value.what


def test_targets_and_times_that_are_not_there(csv: Path):
    for target, time, code, action in (
        ("lates", "day", "feasibility.no-target", "Did you mean 'late'?"),
        ("late", "days", "feasibility.no-time", "Did you mean 'day'?"),
        ("late", "crew", "feasibility.not-a-time", "--time year+month+day"),
    ):
        with pytest.raises(FilrougeError) as caught:
            asked(csv, target, time)
        assert caught.value.code == code
        assert action in caught.value.action
    with pytest.raises(FilrougeError) as caught:
        study(Asked((str(csv),), "late", "day", without=("wing",)))
    assert (caught.value.code, caught.value.action) == ("feasibility.unknown-column", "Did you mean 'wind'?")


def test_all_rows_of_one_moment(measure: Measure):
    with pytest.raises(FilrougeError) as caught:
        measure(bookings().with_columns(day=pl.lit("2020-01-01")), time="day")
    assert caught.value.code == "feasibility.one-moment"


def test_a_table_of_two_columns_and_infinite_features(measure: Measure, tmp_path: Path):
    two = measure(bookings().select("day", "late"), time="day")
    assert two.answer(Question.RELEVANCE)
    endless = pl.when(pl.int_range(ROWS) == 3).then(float("inf")).otherwise("wind").alias("wind")
    bookings().with_columns(endless).write_parquet(tmp_path / "t.parquet")
    assert "Infinite values, taken as missing: wind." in facts(
        asked(tmp_path / "t.parquet"), Question.QUALITY
    )


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig"])
def test_text_in_another_encoding(tmp_path: Path, encoding: str):
    text = bookings().with_columns(pl.col("crew").replace("north", "été")).write_csv()
    (tmp_path / "t.csv").write_bytes(text.encode(encoding))
    said = facts(asked(tmp_path / "t.csv"), Question.ACCESS)
    assert (f"it was read as {encoding}" in said) == (encoding != "utf-8-sig")


def test_other_separators_and_no_headings(tmp_path: Path):
    (tmp_path / "t.csv").write_text(bookings().write_csv(separator=";"))
    assert asked(tmp_path / "t.csv").tables[0].columns == 5
    rows = bookings().select("wind", "seat", "late").write_csv(include_header=False).replace(",", "   ")
    (tmp_path / "t.txt").write_text(rows)
    made = asked(tmp_path / "t.txt", "column_2", "")
    assert "has no line of headings" in facts(made, Question.ACCESS)


def test_a_folder_of_parts_with_a_column_that_is_emptied(tmp_path: Path):
    folder = tmp_path / "parts"
    folder.mkdir()
    for year, filled in ((2020, pl.col("crew")), (2021, pl.lit(None))):
        bookings(seed=year).with_columns(filled.alias("x")).write_csv(folder / f"{year}.csv")
    (folder / "notes.txt").write_text("One line.\nAnother line, with a comma.\n")
    made = asked(folder)
    assert (made.tables[0].rows, made.tables[0].name) == (2 * ROWS, "parts")
    said = facts(made, Question.ACCESS)
    assert "The column x is empty in: 2021.csv." in said
    assert "Left aside, for they hold no table: notes.txt." in said


def test_json_lines_and_a_table_of_a_database(tmp_path: Path):
    bookings().write_ndjson(tmp_path / "t.jsonl")
    assert asked(tmp_path / "t.jsonl").tables[0].rows == ROWS
    url = f"sqlite:///{tmp_path}/t.db"
    with sa.create_engine(url).begin() as connection:
        connection.execute(sa.text("CREATE TABLE bookings (day TEXT, wind REAL, late INTEGER)"))
        rows = bookings().select(pl.col("day").cast(pl.String), "wind", "late").rows(named=True)
        connection.execute(sa.text("INSERT INTO bookings VALUES (:day, :wind, :late)"), rows)
    assert asked(f"{url}#bookings").tables[0].format == "SQL"
    with pytest.raises(FilrougeError) as caught:
        asked(f"{url}#booking")
    assert (caught.value.code, caught.value.action) == ("feasibility.no-data", "Did you mean 'bookings'?")


def test_times_in_pieces_and_in_american_order(measure: Measure):
    day = pl.col("day")
    pieces = bookings().with_columns(
        day.dt.year().alias("y"), day.dt.strftime("%B").alias("m"), day.dt.day().alias("d")
    )
    assert "from 1 Jan 2020" in facts(measure(pieces.drop("day"), time="y+m+d"), Question.PRESENCE)
    american = bookings().with_columns(pl.col("day").dt.strftime("%m/%d/%Y"))
    assert "The time is written as month/day/year." in facts(measure(american, time="day"), Question.PRESENCE)


def test_gaps_in_time_are_counted(measure: Measure):
    holed = bookings(6_000).filter(~pl.col("day").is_between(pl.date(2020, 5, 1), pl.date(2020, 5, 20)))
    said = facts(measure(holed, time="day"), Question.PRESENCE)
    assert "the longest from 1 May 2020 to 20 May 2020" in said


def test_closing_hours_and_days_of_rest_are_no_gaps(measure: Measure):
    start = datetime(2020, 1, 1)
    hours = [start + timedelta(hours=hour) for hour in range(24 * 120)]
    open_hours = [
        at for at in hours if at.hour >= 5 and not datetime(2020, 3, 2) <= at < datetime(2020, 3, 4)
    ]
    shop = pl.DataFrame({"at": open_hours}).with_columns(
        (pl.int_range(pl.len()) % 7).alias("wind"), (pl.int_range(pl.len()) % 2).alias("late")
    )
    said = facts(measure(shop, time="at"), Question.PRESENCE)
    assert "Nearly never a row at: 0, 1, 2, 3, 4 o’clock; taken for closing hours" in said
    assert "1 gaps in time, hour by hour; the longest from 2 Mar 2020, 05:00 to 3 Mar 2020, 23:00." in said
    weekdays = bookings(6_000).filter(pl.col("day").dt.weekday() < 6)
    said = facts(measure(weekdays, time="day"), Question.PRESENCE)
    assert "Nearly never a row on: Saturday, Sunday; taken for days of rest" in said
    assert "gaps in time" not in said


def test_a_time_that_was_not_named_is_proposed(measure: Measure):
    assert "What looks like a time: day." in facts(measure(bookings()), Question.PRESENCE)
    assert "looks like a time" not in facts(measure(bookings(), time="day"), Question.PRESENCE)


def test_an_archive_with_one_table_is_read_and_another_is_not(tmp_path: Path):
    table = bookings().write_csv()
    good, several, locked = (tmp_path / f"{name}.zip" for name in ("bookings", "several", "damaged"))
    with zipfile.ZipFile(good, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("2020/bookings.csv", table)
        archive.writestr("__MACOSX/2020/._bookings.csv", "x")
    made = asked(good, time="day")
    assert (made.tables[0].name, made.tables[0].rows, made.tables[0].format) == ("bookings", ROWS, "CSV")
    assert columns_in(good) == bookings().columns
    with zipfile.ZipFile(several, "w") as archive:
        archive.writestr("a.csv", table)
        archive.writestr("b.csv", table)
    with pytest.raises(FilrougeError, match=r"It holds 2: a\.csv, b\.csv\.") as caught:
        asked(several)
    assert caught.value.code == "feasibility.unreadable"
    locked.write_bytes(good.read_bytes()[:-30])
    with pytest.raises(FilrougeError, match="cannot be unpacked"):
        asked(locked)
    assert columns_in(locked) == []


def test_columns_may_have_any_name(measure: Measure):
    names = {"wind": "count", "crew": "len", "seat": "value"}
    odd = bookings().rename(names).with_columns(pl.col("len").alias("key"), pl.col("count").alias("at"))
    odd = odd.with_columns(
        pl.col("len").alias("class"), pl.col("len").alias("literal"), pl.lit("x").alias("")
    )
    made = measure(odd, odd.rename({"late": "later"}).head(50), time="day")
    assert made.answer(Question.PROMISE).verdict == Verdict.YES


def test_a_target_that_cannot_be_learned_is_told_in_french(tmp_path: Path):
    bookings().with_columns(late=(pl.int_range(ROWS) % 1000).cast(pl.String) + "x").write_parquet(
        tmp_path / "t.parquet"
    )
    with use_language("fr"), pytest.raises(FilrougeError) as caught:
        asked(tmp_path / "t.parquet")
    assert caught.value.what.startswith("La cible «\u00a0late\u00a0» a 1\u202f000 classes")
