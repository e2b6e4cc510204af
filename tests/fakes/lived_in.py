"""A workspace where people have worked for a while: every page of its first product has something to show."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from sqlalchemy.orm import Session
from tests.fakes.alerts import alert_of, monitor_of, values_of
from tests.unit.explore.feasibility.tables import bookings

from filrouge.explore.canvas import Canvas, CanvasNote, freeze, sign
from filrouge.explore.feasibility import Asked, keep, study
from filrouge.explore.ideas import Idea
from filrouge.explore.prototypes import Prototype
from filrouge.explore.user_tests import UserTest
from filrouge.explore.workshops import (
    Profile,
    Workshop,
    WorkshopPhase,
    add_dots,
    code_of,
    combine_ideas,
    enter_phase,
    prepare,
    propose,
    say_aligned,
    share_drafts,
    sit_down,
    start_timer,
)
from filrouge.flows.examples import import_example
from filrouge.kernel.clock import SharedClock
from filrouge.kernel.ids import time_id
from filrouge.storage.accounts.password_links import offer_link
from filrouge.storage.accounts.people import add_account, join
from filrouge.storage.accounts.roles import Role
from filrouge.storage.accounts.shares import share
from filrouge.storage.accounts.signing_in import choose_password
from filrouge.storage.accounts.tokens import Scope, make_token
from filrouge.storage.comments import write_comment
from filrouge.storage.editing import create, edit, find
from filrouge.storage.product import Phase, Product, create_product, product_named
from filrouge.storage.workspace import Workspace
from filrouge.streamline.pipelines.runs import Run, RunStep
from filrouge.streamline.registry.ledger import promote
from filrouge.streamline.registry.version import ModelVersion, register

__all__ = ["BLANK", "NOW", "PASSWORD", "PRODUCT", "LivedIn", "live_in"]

NOW = datetime(2013, 3, 1, 12, tzinfo=UTC)
PRODUCT, BLANK = "nyc-departures", "arrivals"
PASSWORD = "four odd words together"
_GATHERING = (
    WorkshopPhase.PREPARED,
    WorkshopPhase.ALIGN,
    WorkshopPhase.DIVERGE,
    WorkshopPhase.COMBINE,
    WorkshopPhase.SELECT,
)


@dataclass(frozen=True)
class LivedIn:
    """What the addresses of pages name.

    Attributes:
        workshops: by phase; each is in it, and has people and ideas.
        closed: a workshop that is over.
        door: the code of the link for guests of a workshop.
        shared: the path of a link that shows the product.
        welcome: the secret of a link to choose a password.
        versions: of models, the first serves.
        runs: one that was done, one that failed.
    """

    workshops: dict[WorkshopPhase, str]
    closed: str
    door: str
    shared: str
    welcome: str
    study: str
    versions: tuple[str, ...]
    runs: tuple[str, ...]
    alert: str


def live_in(workspace: Workspace, owner: str, picture: bytes) -> LivedIn:
    """Fill an empty workspace.

    Args:
        workspace: with the shared clock.
        owner: the person at the machine: comments mention them.
        picture: a PNG that a user test shows.
    """
    assert isinstance(workspace.clock, SharedClock)
    workspace.clock.set(NOW)
    (workspace.root / "data").mkdir()
    bookings(600).write_csv(workspace.root / "data" / "bookings.csv")
    measured = study(Asked((str(workspace.root / "data" / "bookings.csv"),), "late", "day"))
    with workspace.transaction("Ana") as session:
        if session.get(Product, PRODUCT) is None:
            import_example(session)
        create_product(session, "Arrivals")
        product_named(session, create_product(session, "Old gates").id).phase = Phase.RETIRED
        welcome, shared = _people(session, owner)
        workshops = {phase: _workshop(session, phase, f"name:{owner}") for phase in _GATHERING}
        door = code_of(session, workshops[WorkshopPhase.DIVERGE])
        _talk(session, owner)
        _tests(session, workspace.artifacts.put(picture))
        kept = keep(session, PRODUCT, measured)
        versions = _models(session)
        runs = (_run(session, "done"), _run(session, "failed"))
        alert = _alerts(session)
        named = {phase: workshop.id for phase, workshop in workshops.items()}
        return LivedIn(named, "nyc-workshop", door, shared, welcome, kept.id, versions, runs, alert)


def _people(session: Session, owner: str) -> tuple[str, str]:
    """Accounts, members, a token of the owner's; gives the links for a password and for a guest."""
    ines = add_account(session, "Ines", "ines@example.org", admin=True)
    ben = add_account(session, "Ben", "ben@example.org")
    for account, role in ((ines, Role.ADMIN), (ben, Role.CONTRIBUTOR)):
        join(session, PRODUCT, account, role)
        choose_password(session, account, PASSWORD)
    make_token(session, owner, None, name="The nightly job", scope=Scope.WRITE, days=30)
    newcomer = add_account(session, "Zoé", "zoe@example.org")
    return offer_link(session, newcomer), share(session, PRODUCT, "The board", 7)


def _workshop(session: Session, phase: WorkshopPhase, owner: str) -> Workshop:
    """A workshop that has reached a phase: three people, and a timer that runs, once it is open."""
    made = prepare(session, PRODUCT, f"Ideas, {phase.value}", objective_id="nyc-warn-early")
    if phase == WorkshopPhase.PREPARED:
        return made
    enter_phase(session, made, WorkshopPhase.ALIGN)
    people = [
        sit_down(session, made, who, name, profile)
        for who, name, profile in (
            (owner, "Ana", Profile.DATA_SCIENTIST),
            ("name:Ben", "Ben", Profile.BUSINESS_EXPERT),
            ("name:Ines", "Ines", Profile.END_USER),
        )
    ]
    say_aligned(session, made, people[0], aligned=True)
    if phase != WorkshopPhase.ALIGN:
        enter_phase(session, made, WorkshopPhase.DIVERGE)
        for person, text in zip(people, ("Warn the crew by text", "A map of the gates", "Call"), strict=True):
            propose(session, made, person, text)
    if phase in (WorkshopPhase.COMBINE, WorkshopPhase.SELECT):
        ideas = share_drafts(session, made)
        enter_phase(session, made, WorkshopPhase.COMBINE)
        combine_ideas(session, made, [ideas[0].id, ideas[2].id], title="Text first, call after", author="Ana")
    if phase == WorkshopPhase.SELECT:
        enter_phase(session, made, phase)
        add_dots(session, made, people[0], ideas[1].id, by=2)
    start_timer(session, made, 90)
    return made


def _talk(session: Session, owner: str) -> None:
    """Two versions of the canvas, signed, changed since; a thread of comments that mentions the owner."""
    canvas = find(session, Canvas, "nyc-canvas")
    freeze(session, canvas, "For the board", "They meet on Monday")
    edit(session, find(session, CanvasNote, "nyc-n-value"), text="Two hours ahead, what to look at first")
    sign(session, canvas, "Ines", note="Go")
    edit(
        session, find(session, CanvasNote, "nyc-n-problem"), text="The desk learns too late of a lost flight"
    )
    first = write_comment(
        session, canvas, f"@{owner}: **which** [gates](https://example.org)?", part="problem", people=[owner]
    )
    write_comment(session, canvas, "All of `JFK`", reply_to=first.id, people=[owner])


def _tests(session: Session, digest: str) -> None:
    """A prototype that is running, and a user test with a picture."""
    idea = find(session, Idea, "nyc-idea-gates")
    edit(session, idea, state="kept")
    start = NOW - timedelta(days=4)
    people = [{"name": "Ines", "profile": "duty manager", "business": True}]
    fields = {"started_at": start, "ends_at": start + timedelta(days=14), "people": people}
    create(session, Prototype, PRODUCT, idea_id=idea.id, title="Gates on paper", **fields)
    picture = {"title": "The board", "url": "", "digest": digest, "type": "image/png"}
    scores = {"intuitive": 4, "practical": 3, "intuitive_note": "They read it at once"}
    create(session, UserTest, PRODUCT, idea_id=idea.id, title="At the desk", attachments=[picture], **scores)


def _models(session: Session) -> tuple[str, ...]:
    """Three versions; the second serves, after the first."""
    made = []
    for auc, rate in ((0.70, 0.1), (0.75, 0.2), (0.60, 0.3)):
        version = ModelVersion(
            product_id=PRODUCT, model="boosting", run_id="run-1", digest="d" * 64, target="late",
            metrics={"roc_auc": auc, "brier": 0.2 - rate / 10},
            slices={"origin": {place: {"rows": 90.0, "roc_auc": auc - rate} for place in ("JFK", "LGA")}},
            contract={"flights": [{"name": "carrier", "type": "str", "max_length": 2}]},
            features=[{"name": name, "dtype": "Int64"} for name in ("hour", "wind")], dataset="f" * 64,
            data_from=NOW - timedelta(days=60), data_to=NOW, rows=51452, params={"learning_rate": rate},
        )  # fmt: skip
        made.append(register(session, version).id)
    for version_id in made[:2]:
        promote(session, PRODUCT, "champion", version_id, who="Ana", why="It is better on bad days")
    promote(session, PRODUCT, "challenger", made[2], who="Ana", why="Look at it")
    return tuple(made)


def _run(session: Session, state: str) -> str:
    """A run of three steps, the last of which failed or was done."""
    at = NOW - timedelta(hours=2 if state == "done" else 1)
    run = Run(
        id=time_id(at), product_id=PRODUCT, trigger="manual", who="Ana", state=state, targets=["joined"],
        params={}, window_start=NOW - timedelta(days=60), window_end=NOW, as_of=None, code_version="c0de",
        at=at, recorded_at=at, ended_at=at + timedelta(minutes=1),
    )  # fmt: skip
    session.add(run)
    names = ("flights", "weather", "joined")
    for place, (before, name) in enumerate(pairwise(("", *names))):
        failed = state == "failed" and name == "joined"
        error = "[run.step-failed] joined: The step failed. ValueError: no key" if failed else ""
        session.add(
            RunStep(
                run_id=run.id, name=name, product_id=PRODUCT, kind="source", position=place,
                inputs=[before] if before else [], state="failed" if failed else "done", attempts=1,
                started_at=at + timedelta(seconds=place), ended_at=at + timedelta(seconds=place + 1),
                rows=51452, error=error,
            )
        )  # fmt: skip
    return run.id


def _alerts(session: Session) -> str:
    """A monitor with a week of values, and what it found."""
    monitor = monitor_of(session, PRODUCT)
    values_of(session, PRODUCT, monitor, [0.1, 0.12, None, 0.2, 0.25, 0.31, 0.46])
    alert_of(session, PRODUCT, monitor, state="closed", closed_at=NOW)
    return alert_of(session, PRODUCT, monitor)
