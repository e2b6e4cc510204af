import os
import random
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from filrouge.kernel.clock import FixedClock
from filrouge.kernel.ids import time_id
from filrouge.kernel.settings import Log
from filrouge.storage.eventlog import EventLog, Label, LogWriter, Prediction, UnknownPrediction
from filrouge.storage.eventlog.log import UnknownLogColumn
from filrouge.storage.eventlog.segments import segment_files
from filrouge.storage.eventlog.tables import LogDamage, LogOffset, LogPart, PredictionDay
from filrouge.storage.workspace import Workspace

DAY = datetime(2013, 3, 1, tzinfo=UTC)
MONTH = (DAY, DAY + timedelta(days=31))
P = "nyc-departures"


def prediction(at: datetime = DAY, **more) -> Prediction:
    fields = {"model_version": "v1", "slot": "champion", "score": 0.5, "latency_ms": 2.0, **more}
    return Prediction(id=time_id(at), at=at, recorded_at=datetime.now(UTC), product=P, **fields)


def rows(log: EventLog, *columns: str) -> list[dict]:
    return log.frame(P, *MONTH, columns=columns).sort(columns[0]).collect().to_dicts()


def test_a_prediction_is_read_back_with_its_latest_label_and_feedback_before_and_after_compaction(
    workspace: Workspace,
):
    log = EventLog(workspace)
    one = prediction(
        key="UA1", features={"dep": 5, "cold": True}, inputs={"carrier": "UA"}, answer="late", reasons=["dep"]
    )
    two = prediction(DAY + timedelta(days=1), key="UA2", features={"dep": 7.5}, score=None)
    log.append(one, two)
    log.label(P, True, prediction_id=one.id, at=DAY + timedelta(hours=3))
    log.label(P, False, key="UA1", at=DAY + timedelta(hours=2))  # known earlier: the later one wins
    log.feedback(P, two.id, "rejected", by="ana", note="no")
    wanted = ("id", "key", "label", "verdict", "feature_dep", "feature_cold", "input_carrier", "answer_text")
    before = rows(log, *wanted)
    assert before[0]["label"] == 1.0
    assert before[1]["verdict"] == "rejected"
    assert [row["feature_dep"] for row in before] == [5.0, 7.5]
    assert log.compact().records == 5
    assert rows(log, *wanted) == before
    assert log.compact().records == 0


def test_rollups_count_once_whatever_the_order_of_labels_and_compactions(workspace: Workspace):
    log = EventLog(workspace)
    made = [prediction(latency_ms=float(n), degraded=n >= 8) for n in range(10)]
    labels = [
        Label(product=P, prediction_id=p.id, value=float(n % 2), at=DAY, recorded_at=DAY)
        for n, p in enumerate(made)
    ]
    log.append(*labels[:5])  # a label that comes first, from a quicker process
    log.compact()
    log.append(*made)
    log.compact()
    log.append(*labels)  # five of them again
    log.compact()
    log.compact()
    with workspace.reading() as session:
        good, degraded = session.scalars(select(PredictionDay).order_by(PredictionDay.degraded))
    assert (good.n, good.labelled, good.label_mean, good.day) == (8, 8, 0.5, DAY.date())
    assert (degraded.n, degraded.labelled, good.latency_p50) == (2, 2, 3.5)


def test_a_label_for_an_unknown_prediction_is_refused(sqlite_workspace: Workspace):
    log = EventLog(sqlite_workspace)
    mine = prediction(key="a")
    log.append(mine)
    for _ in range(2):  # in the tail, then in Parquet
        assert log.known(P, [mine.id, time_id(DAY), "nonsense"]) == {mine.id}
        assert log.known("other", [mine.id]) == set()
        assert log.latest_for_key(P, "a") == mine.id
        with pytest.raises(UnknownPrediction):
            log.label(P, 1.0, prediction_id=time_id(DAY))
        with pytest.raises(UnknownPrediction):
            log.label(P, 1.0, key="b")
        log.close()
        log.compact()
    assert segment_files(sqlite_workspace.log_folder) == []


def test_a_key_label_reaches_every_prediction_of_the_key(sqlite_workspace: Workspace):
    log = EventLog(sqlite_workspace)
    log.append(prediction(key="k", slot="champion"), prediction(key="k", slot="challenger"))
    assert len(log.label(P, 1.0, key="k")) == 2


def test_a_torn_last_frame_is_dropped_and_nothing_before_it(workspace: Workspace):
    log = EventLog(workspace)
    log.append(*[prediction() for _ in range(5)])
    (segment,) = segment_files(workspace.log_folder)
    log.close()
    with segment.open("r+b") as file:
        file.truncate(segment.stat().st_size - 3)
    (damage,) = log.compact().damages
    assert damage.code == "eventlog.torn-frame"
    assert len(rows(log, "id")) == 4
    assert segment_files(workspace.log_folder) == []


@pytest.mark.parametrize("seed", range(5))
def test_a_damaged_frame_is_reported_and_the_rest_is_kept(sqlite_workspace: Workspace, seed: int):
    log = EventLog(sqlite_workspace)
    log.append(*[prediction() for _ in range(20)])
    (segment,) = segment_files(sqlite_workspace.log_folder)
    data = bytearray(segment.read_bytes())
    data[random.Random(seed).randrange(0, len(data) * 9 // 10)] ^= 0xFF
    segment.write_bytes(data)
    assert len(rows(log, "id")) == 19
    log.compact()
    assert len(rows(log, "id")) == 19
    with sqlite_workspace.reading() as session:
        assert [d.code for d in session.scalars(select(LogDamage))] == ["eventlog.damaged-frame"]


def test_segments_rotate_by_size_and_are_removed_once_compacted(sqlite_workspace: Workspace):
    writer = LogWriter(sqlite_workspace.log_folder, Log(segment_mb=0.001))
    for _ in range(50):
        writer.append(prediction())
    assert len(segment_files(sqlite_workspace.log_folder)) > 3
    log = EventLog(sqlite_workspace)
    assert log.compact().records == 50
    assert len(segment_files(sqlite_workspace.log_folder)) == 1  # the one that is still written
    writer.append(prediction())
    log.compact()
    assert len(rows(log, "id")) == 51
    with sqlite_workspace.reading() as session:
        assert len(list(session.scalars(select(LogOffset)))) <= 2


def test_many_small_parts_become_one(sqlite_workspace: Workspace):
    log = EventLog(sqlite_workspace)
    for number in range(12):
        log.append(prediction(features={"n": number if number % 2 else "text"}))
        log.compact()
    with sqlite_workspace.reading() as session:
        assert len(list(session.scalars(select(LogPart)))) < 8
    assert len(rows(log, "id", "feature_n")) == 12


def test_threads_append_at_once_with_one_fsync_for_many(sqlite_workspace: Workspace):
    writer = LogWriter(sqlite_workspace.log_folder, Log(durability="disk", segment_mb=0.01))
    threads = [
        threading.Thread(target=lambda: [writer.append(prediction()) for _ in range(40)]) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rows(EventLog(sqlite_workspace), "id")) == 160


def test_a_fork_writes_to_a_segment_of_its_own(sqlite_workspace: Workspace):
    writer = LogWriter(sqlite_workspace.log_folder, Log())
    writer.append(prediction())
    child = os.fork()
    if child == 0:
        writer.append(prediction())
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    writer.append(prediction())
    assert len(segment_files(sqlite_workspace.log_folder)) == 2
    assert len(rows(EventLog(sqlite_workspace), "id")) == 3


def test_an_unknown_column_is_told(sqlite_workspace: Workspace):
    log = EventLog(sqlite_workspace)
    assert rows(log, "id") == []
    with pytest.raises(UnknownLogColumn, match="score"):
        log.frame(P, *MONTH, columns=["scor"])


def test_the_period_is_of_the_prediction(sqlite_workspace: Workspace, clock: FixedClock, tmp_path: Path):
    log = EventLog(sqlite_workspace)
    log.append(prediction(DAY), prediction(DAY + timedelta(days=1)))
    assert log.frame(P, DAY, DAY + timedelta(days=1)).collect().height == 1
