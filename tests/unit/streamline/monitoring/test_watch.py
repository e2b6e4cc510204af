from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from sqlalchemy import select

from filrouge.kernel.clock import FixedClock
from filrouge.kernel.ids import time_id
from filrouge.measures import Measure
from filrouge.storage.editing import archive
from filrouge.storage.eventlog import EventLog, Label, Prediction
from filrouge.storage.workspace import Workspace
from filrouge.streamline.monitoring.judge import after_promotion, judge
from filrouge.streamline.monitoring.tables import Alert, BadMonitor, Definition, MonitorValue, add_monitor
from filrouge.streamline.monitoring.watch import acknowledge, alerts, default_monitors, latest_values, watch
from filrouge.streamline.registry.profile import profile_bytes, reference_profile
from filrouge.streamline.registry.version import ModelVersion

START = datetime(2013, 3, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def log_days(
    log: EventLog, product: str, days: list[float], *, first: datetime = START, n: int = 150
) -> None:
    """Days of predictions; each day's number is the shift of its feature and the share of wrong scores."""
    random = np.random.default_rng(5)
    for number, shift in enumerate(days):
        for place in range(n):
            at = first + number * DAY + timedelta(seconds=float(random.integers(80_000)))
            label = float(random.random() < 0.3)
            score = 1 - label if random.random() < shift else label
            made = Prediction(
                id=time_id(at),
                at=at,
                recorded_at=at,
                product=product,
                model_version=f"{product}/late/1",
                slot="champion",
                features={"x": float(random.normal(shift)), "side": ("left", "right")[place % 2]},
                score=score * 0.8 + 0.1,
                latency_ms=3.0,
            )
            log.append(made)
            log.append(
                Label(
                    product=product, prediction_id=made.id, value=label, at=at + HOUR, recorded_at=at + HOUR
                )
            )
    log.compact()


def version_with_profile(workspace: Workspace, product: str) -> None:
    reference = reference_profile(pl.DataFrame({"x": np.random.default_rng(1).normal(0, 1, 3000)}))
    digest = workspace.artifacts.put(profile_bytes(reference))
    with workspace.transaction("ana") as session:
        session.add(
            ModelVersion(
                id=f"{product}/late/1",
                product_id=product,
                model="late",
                number=1,
                run_id="r",
                digest="0" * 64,
                target="late",
                dataset="d",
                data_from=START,
                data_to=START,
                rows=1,
                made_by="ana",
                at=START,
                recorded_at=START,
                profile=digest,
                metrics={},
                slices={},
                contract={},
                features=[],
                params={},
            )
        )


def test_alerts_open_on_what_changed_close_when_it_is_over_and_nothing_is_judged_twice(
    workspace: Workspace, product: str, clock: FixedClock
):
    version_with_profile(workspace, product)
    log = EventLog(workspace)
    log_days(log, product, [0.0, 0.0, 0.9, 0.9, 0.9, 0.0, 0.0])
    with workspace.transaction("ana") as session:
        add_monitor(session, product, "Drift", Definition(kind="drift", threshold=0.25, after=2))
        fall = Definition(kind="performance", threshold=0.7, worse="below", action="retrain", delay_h=1)
        add_monitor(session, product, "Performance", fall)
        accuracy = Measure(value="(score > 0.5) == (label == 1)")
        add_monitor(
            session,
            product,
            "Right",
            Definition(kind="indicator", measure=accuracy, threshold=0.9, worse="below", hysteresis=0.05),
        )
        add_monitor(session, product, "Nulls", Definition(kind="quality", threshold=0.1))
    clock.at = START + 4 * DAY + HOUR
    opened = {alert.title.split(":")[0]: alert for alert in watch(workspace, product)}
    assert set(opened) == {"Drift", "Performance", "Right"}
    assert opened["Performance"].action == "retrain"
    assert opened["Drift"].evidence["columns"]["x"]["psi"] > 0.25
    assert opened["Drift"].opened_at == clock.at
    assert watch(workspace, product) == []
    with workspace.transaction("ben") as session:
        acknowledge(session, alerts(session, product)[0])
    clock.at = START + 7 * DAY + HOUR
    assert watch(workspace, product) == []
    with workspace.reading() as session:
        assert {alert.state for alert in alerts(session, product)} == {"closed"}
        values = session.scalars(select(MonitorValue)).all()
    assert len(values) == 4 * 7
    assert len({(value.monitor_id, value.end_at) for value in values}) == 4 * 7


def test_a_window_waits_for_its_labels_and_small_ones_have_no_value(
    sqlite_workspace: Workspace, clock: FixedClock
):
    log = EventLog(sqlite_workspace)
    log_days(log, "p", [0.9], n=20)
    from filrouge.storage.product import Product

    with sqlite_workspace.transaction("ana") as session:
        session.add(Product(id="p", title="P"))
        session.flush()
        late = Definition(kind="performance", threshold=0.7, worse="below", delay_h=48)
        add_monitor(session, "p", "Performance", late)
    clock.at = START + 2 * DAY
    watch(sqlite_workspace, "p")
    with sqlite_workspace.reading() as session:
        assert session.scalars(select(MonitorValue)).all() == []
    clock.at = START + 3 * DAY
    assert watch(sqlite_workspace, "p") == []
    with sqlite_workspace.reading() as session:
        (value,) = session.scalars(select(MonitorValue)).all()
    assert (value.value, value.n, value.bad) == (None, 20, False)


def test_a_steady_product_raises_no_alarm_with_the_usual_monitors(
    workspace: Workspace, product: str, clock: FixedClock
):
    version_with_profile(workspace, product)
    log_days(EventLog(workspace), product, [0.0] * 10)
    with workspace.transaction("ana") as session:
        assert len(default_monitors(session, product)) == len(default_monitors(session, product)) == 4
    clock.at = START + 30 * DAY
    assert watch(workspace, product) == []


def test_hysteresis_and_cool_down():
    drift = Definition(kind="drift", threshold=0.2, hysteresis=0.05, cool_down_h=48, clear=2)
    assert judge([0.21], drift, alerting=False, now=START) == "open"
    assert judge([0.1, 0.18], drift, alerting=True, now=START) == "keep"
    assert judge([0.14, 0.1], drift, alerting=True, now=START) == "close"
    assert judge([0.3], drift, alerting=False, now=START + DAY, closed_at=START) == "none"
    assert judge([0.3], drift, alerting=False, now=START + 2 * DAY, closed_at=START) == "open"
    assert judge([0.3, None], drift, alerting=True, now=START) == "keep"
    assert judge([], drift, alerting=False, now=START) == "none"


def test_a_promoted_version_stays_unless_another_does_better_on_the_same_rows():
    random = np.random.default_rng(0)
    label = (random.random(2000) < 0.3).astype(float)
    good, bad = label + random.normal(0, 1, 2000), random.normal(0, 1, 2000)
    assert after_promotion(label, good, {"replaced": good, "naive": bad}).action == "keep"
    found = after_promotion(label, bad, {"replaced": good, "naive": bad})
    assert (found.action, "replaced" in found.reason) == ("rollback", True)
    assert after_promotion(label[:100], bad[:100], {"replaced": good[:100]}).action == "wait"
    assert after_promotion(np.zeros(900), bad[:900], {}).action == "wait"


def test_a_wrong_definition_is_refused():
    with pytest.raises(BadMonitor):
        Definition(kind="indicator", threshold=1).check()
    with pytest.raises(BadMonitor):
        Definition(kind="drift", threshold=1, window_h=0).check()


def test_slices_are_written_with_the_window_and_open_no_alert(
    workspace: Workspace, product: str, clock: FixedClock
):
    version_with_profile(workspace, product)
    with workspace.transaction("ana") as session:
        version = session.get(ModelVersion, f"{product}/late/1")
        assert version is not None
        version.slices = {"side": {}}
        fall = Definition(kind="performance", threshold=0.6, worse="below", min_n=40)
        add_monitor(session, product, "Performance", fall)
    log_days(EventLog(workspace), product, [0.0, 0.3])
    clock.at = START + 2 * DAY
    assert watch(workspace, product) == []
    with workspace.reading() as session:
        values = session.scalars(select(MonitorValue).order_by(MonitorValue.end_at, MonitorValue.slice)).all()
        shown = latest_values(session, product)
    assert [value.slice for value in values] == ["", "side=left", "side=right"] * 2
    assert [value.value for value in values[:3]] == [1.0, 1.0, 1.0]
    assert (values[3].n, values[4].n + values[5].n) == (150, 150)
    assert (shown[0]["value"], shown[0]["n"]) == (values[3].value, 150)


def test_a_version_without_profile_is_held_against_its_own_first_week(
    workspace: Workspace, product: str, clock: FixedClock
):
    log_days(EventLog(workspace), product, [0.0] * 8 + [0.9])
    with workspace.transaction("ana") as session:
        add_monitor(session, product, "Drift", Definition(kind="drift", threshold=0.25))
    clock.at = START + 9 * DAY
    (alert,) = watch(workspace, product)
    assert alert.evidence["window"][0].startswith("2013-03-09")
    with workspace.reading() as session:
        values = session.scalars(select(MonitorValue).order_by(MonitorValue.end_at)).all()
    assert [value.value is None for value in values] == [True] * 7 + [False] * 2
    assert values[0].detail == {"no_reference": "its first days end on 2013-03-08"}


def test_alerts_that_no_window_can_close_are_closed(workspace: Workspace, product: str, clock: FixedClock):
    log_days(EventLog(workspace), product, [0.9])
    with workspace.transaction("ana") as session:
        monitor = add_monitor(session, product, "Slow", Definition(kind="latency", threshold=1.0))
    clock.at = START + DAY
    assert len(watch(workspace, product)) == 1
    with workspace.transaction("ana") as session:
        archive(session, session.get(type(monitor), monitor.id))
        told = {"product_id": product, "monitor_id": "", "title": "Rolled back", "evidence": {}}
        report = Alert(**told, action="rollback", opened_at=clock.at, recorded_at=clock.at)
        session.add(report)
        session.flush()
        acknowledge(session, report)
        assert (report.state, report.acknowledged_by) == ("closed", "ana")
    watch(workspace, product)
    with workspace.reading() as session:
        assert {alert.state for alert in alerts(session, product)} == {"closed"}
