"""Replays the past of a product through its running server: requests, then labels when they were known.

For tests, for rehearsals before a product goes live, and for the demo: nothing here is known to the
server, which answers as it would to anybody. Only the workspace's shared clock is moved.
"""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from filrouge.flows.patient_client import PatientClient, ReplayRefused, ServerGone
from filrouge.kernel.clock import SharedClock
from filrouge.kernel.i18n import _

if TYPE_CHECKING:
    import polars as pl

    from filrouge.storage.workspace import Workspace
    from filrouge.streamline.pipelines.window import Window

__all__ = ["DayReport", "Replay", "ReplayRefused", "ServerGone", "history_of"]

_ASKED = "__asked_at"
_GROUP = "__group"
_LOOK_S = 0.05


@dataclass(frozen=True)
class DayReport:
    """What a replayed day brought.

    Attributes:
        day: by the replayed clock, UTC.
        requests: prediction requests that were answered.
        sent: rows sent; each one once, however often it had to be repeated.
        acknowledged: rows that the server answered: they are in its log.
        refused: rows and labels that it refused.
        degraded: rows that the naive model answered, or a replaced source.
        labels: labels that it acknowledged.
        retries: requests sent again because the server was away or busy.
        seconds: of machine time.
    """

    day: date
    requests: int = 0
    sent: int = 0
    acknowledged: int = 0
    refused: int = 0
    degraded: int = 0
    labels: int = 0
    retries: int = 0
    seconds: float = 0.0


class Replay:
    """Sends past events to a server as they would have come, with the shared clock at their time.

    Events are asked ``lead`` before their time, one request for each ``group`` and ``every``; the groups
    of one moment are asked at once. Labels are posted by the events' key when the clock passes the time
    they were known. A day may be run again, whole or in part: requests carry the same request id and the
    same time, so that they get the same prediction ids and count once; labels likewise. A server that
    does not answer (killed, restarting) is waited for.

    Args:
        url: of the server (``http://127.0.0.1:8771``).
        product: its id.
        events: in the columns of the event's contract.
        labels: with the key, the label's value and the time it was known; of other events are left out.
        clock: of the workspace; it is left at the end of the last day that was run.
        key: column that names an event, in both frames.
        time: column of the event's time.
        target: column of the label's value. known_at: column of the time it was known.
        group: columns whose values share a request.
        every: the requests' rhythm: events of the same hour are asked together.
        lead: how long before that hour.
        parallel: requests at once.
        patience_s: machine seconds to wait for a server that is away.

    Example:
        Ten days of a product that is served at ``url``::

            events, labels = history_of(workspace, "nyc-departures", Window.parse("2013-03-01..2013-03-10"))
            replay = Replay(url, "nyc-departures", events, labels, workspace.clock, key="flight_id",
                            time="scheduled_departure", target="late", known_at="known_at")
            for day in replay.days:
                report = replay.run_day(day)
    """

    def __init__(
        self,
        url: str,
        product: str,
        events: "pl.DataFrame",
        labels: "pl.DataFrame",
        clock: SharedClock,
        *,
        key: str,
        time: str,
        target: str,
        known_at: str,
        group: Sequence[str] = (),
        every: timedelta = timedelta(hours=1),
        lead: timedelta = timedelta(hours=2),
        parallel: int = 3,
        patience_s: float = 60.0,
    ) -> None:
        import polars as pl

        asked = (pl.col(time).dt.truncate(every) - lead).alias(_ASKED)
        named = pl.concat_str([pl.col(column).cast(pl.String) for column in group] or [pl.lit("all")])
        self._events = events.with_columns(asked, named.alias(_GROUP)).sort(
            _ASKED, _GROUP, maintain_order=True
        )
        self._labels = (
            labels.select(key=key, label=target, at=known_at)
            .join(self._events.select(_ASKED, key=key), on="key")
            .sort("at", maintain_order=True)
        )
        self._product, self._clock = product, clock
        self._every, self._parallel = every, parallel
        self._door = PatientClient(url, patience_s)
        self.days: list[date] = self._events[_ASKED].dt.date().unique().sort().to_list()
        """The days on which something is asked."""
        self.labelled_until: datetime | None = None
        """Labels known up to then were posted; set it to what it was to go on without posting them twice."""

    def run_day(self, day: date) -> DayReport:
        """Replay one day, hour by hour; labels of the day before that came meanwhile go first.

        Raises:
            ServerGone: the server was away for longer than the patience.
            ReplayRefused: it refuses the requests: another product, another contract.
        """
        import polars as pl

        started, retries = time.perf_counter(), self._door.retries
        first = datetime(day.year, day.month, day.day, tzinfo=UTC)
        today = self._events.filter(pl.col(_ASKED).dt.date() == day)
        asked = {moment: part for (moment,), part in today.partition_by(_ASKED, as_dict=True).items()}
        moments = sorted({*_hours(first, self._every), *asked})
        tally = _Tally()
        with ThreadPoolExecutor(self._parallel) as pool:
            for moment in moments:
                self._clock.set(moment)
                self._tell(moment, first, tally)
                if moment in asked:
                    parts = asked[moment].partition_by(_GROUP)
                    for answer in pool.map(self._ask, parts, [moment] * len(parts)):
                        tally.add(answer)
        return DayReport(
            day=day,
            sent=len(today),
            retries=self._door.retries - retries,
            seconds=time.perf_counter() - started,
            **vars(tally),
        )

    def wait_until_serving(self, version: str) -> None:
        """Wait until this version is the server's champion: a promotion counts from the next request on.

        Raises:
            ServerGone: it is not within the patience, or the server is away.
        """
        deadline, served = time.monotonic() + self._door.patience_s, ""
        while True:
            slots = self._door.get(f"/v1/{self._product}/serving")["slots"]
            served = slots.get("champion", {}).get("version", "")
            if served == version:
                return
            if time.monotonic() > deadline:
                raise ServerGone(
                    _("The server does not serve '{version}'.").format(version=version),
                    where=f"/v1/{self._product}/serving",
                    why=_("Its champion is '{version}'.").format(version=served)
                    if served
                    else _("It has no champion."),
                    action=_("Look at /ready: it says why a version cannot be loaded."),
                )
            time.sleep(_LOOK_S)

    def run(self, start: date | None = None) -> Iterator[DayReport]:
        """Replay the days from ``start`` on (all by default), one report each."""
        for day in self.days:
            if start is None or day >= start:
                yield self.run_day(day)

    def _ask(self, part: "pl.DataFrame", moment: datetime) -> dict[str, Any]:
        rows = part.drop(_ASKED, _GROUP).to_dicts()
        request = f"{moment:%Y-%m-%dT%H:%M}/{part[_GROUP][0]}"
        body = {"rows": rows, "request_id": request}
        answer: dict[str, Any] = self._door.post(f"/v1/{self._product}/predictions", body)
        return answer

    def _tell(self, moment: datetime, first: datetime, tally: "_Tally") -> None:
        """Post the labels known since the last time; at the start, those of the last day with requests."""
        import polars as pl

        if self.labelled_until is None:
            before = [day for day in self.days if day < first.date()]
            since = pl.col(_ASKED).dt.date() >= (before[-1] if before else first.date())
        else:
            since = pl.col("at") > self.labelled_until
        known = self._labels.filter(since, pl.col("at") <= moment).drop(_ASKED)
        if len(known):
            answer = self._door.post(f"/v1/{self._product}/labels", {"labels": known.to_dicts()})
            tally.labels += answer["written"]
            tally.refused += len(answer["refused"])
        self.labelled_until = moment


@dataclass
class _Tally:
    requests: int = 0
    acknowledged: int = 0
    refused: int = 0
    degraded: int = 0
    labels: int = 0

    def add(self, answer: dict[str, Any]) -> None:
        rows = len(answer["predictions"])
        self.requests += 1
        self.acknowledged += rows
        self.refused += len({each["row"] for each in answer["refused"]})
        self.degraded += rows if answer["degraded"] else 0


def _hours(first: datetime, every: timedelta) -> Iterator[datetime]:
    moment = first
    while moment < first + timedelta(days=1):
        yield moment
        moment += every


def history_of(workspace: "Workspace", product: str, window: "Window") -> "tuple[pl.DataFrame, pl.DataFrame]":
    """The events of a window and what became of them, by the product's own sources and labels.

    Returns:
        Events in the contract's columns, and labels (key, target and ``known_at``), as ``Replay`` takes them.
    """
    from filrouge.streamline.pipelines.code import ProductCode
    from filrouge.streamline.serving.assemble import code_folder
    from filrouge.streamline.serving.product_plan import plan_of, read_source

    code = ProductCode.load(code_folder(workspace, product))
    plan = plan_of(product, code)
    labels = code.graph.labels_of(code.graph.models()[0].name)
    values: dict[str, Any] = {}
    for node in code.graph.upstream([labels.name]):
        if node.kind == "source":
            values[node.name] = read_source(node, window)
        else:
            values[node.name] = node.function(
                **{name: values[origin] for name, origin in node.inputs.items()}
            )
    events = read_source(code.graph[plan.event], window).select(list(plan.schema))
    return events, values[labels.name]
