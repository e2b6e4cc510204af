"""What people write stands on every page as they wrote it, whatever signs and words it holds."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session
from tests.fakes.lived_in import PRODUCT, LivedIn, live_in
from tests.functional.addresses import of_members

from filrouge.bootstrap import init_workspace
from filrouge.kernel.errors import FilrougeError
from filrouge.scale.retirement.model import RetirementPoint
from filrouge.storage.base import Artefact, fields_of
from filrouge.storage.editing import create, edit, listed
from filrouge.storage.kinds import kinds
from filrouge.storage.product import Product, product_named
from filrouge.thread.check.waivers import Waiver
from filrouge.web.app import create_app

ODD = "100 % Members %(x)s {y}"
OURS = "Members"
"""A word that our French translates where it is ours."""
LANGUAGES = ("en", "fr")


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, LivedIn, dict[str, str]]]:
    """A browser on a workspace where everything is called the same odd thing; one of each kind by its id."""
    workspace = init_workspace(tmp_path_factory.mktemp("odd") / "ws")
    found = live_in(workspace, "ana", b"\x89PNG\r\n\x1a\n")
    with workspace.transaction("ana") as session:
        named = dict(_call_everything(session))
    app = create_app(workspace, user="ana")
    with TestClient(app, base_url="http://127.0.0.1", headers={"accept": "text/html"}) as client:
        page = client.post("/login", data={"token": app.state.sessions.offer()}).text
        client.headers["x-csrf-token"] = re.search(r'name="csrf" content="(\w+)"', page)[1]
        yield client, found, named
    workspace.close()


def _call_everything(session: Session) -> Iterator[tuple[str, str]]:
    """Write the odd text into every field of text; the last of each kind is called as one of our words."""
    create(session, RetirementPoint, PRODUCT, point="data")
    create(session, Waiver, PRODUCT, rule="EXP001.1", reason=ODD, author=ODD, expires_at="2013-06-01")
    for kind in kinds().values():
        of_kind: list[Artefact]
        of_kind = [product_named(session, PRODUCT)] if kind is Product else listed(session, kind, PRODUCT)
        assert of_kind, f"No {kind.kind} to call so"
        for artefact in of_kind:
            for field in filter(_is_text(kind), fields_of(kind)):
                _write(session, artefact, field, ODD)
        if len(of_kind) > 1:
            _write(session, of_kind[-1], kind.title_field, OURS)
        yield from ((one.id, one.label) for one in of_kind)


def _is_text(kind: type[Artefact]):
    def told(field: str) -> bool:
        column = kind.__mapper__.columns[field]
        free = isinstance(column.type, sa.String) and not isinstance(column.type, sa.Enum)
        return free and not column.foreign_keys

    return told


def _write(session: Session, artefact: Artefact, field: str, text: str) -> None:
    try:
        edit(session, artefact, **{field: text})
    except FilrougeError:
        session.expire(artefact)  # a field with words of its own


@pytest.fixture(scope="module")
def sheets(lived: tuple[TestClient, LivedIn, dict[str, str]]) -> tuple[str, str]:
    """A sheet that waits, and one that was imported."""
    client, _found, _named = lived
    found = []
    for carried in (False, True):
        file = {"file": ("ideas.csv", f"Title;Votes\n{ODD} again;3\n".encode(), "text/csv")}
        sent = client.post(f"/products/{PRODUCT}/import", files=file, data={"kind": "idea"})
        if carried:
            sent = client.post(sent.url.path, data={"name": "ideas.csv", "kind": "idea", "c0": "title"})
        assert sent.status_code == 200, sent.text
        found.append(Path(sent.url.path).name)
    return found[0], found[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_shows_what_people_wrote(
    lived: tuple[TestClient, LivedIn, dict[str, str]], sheets: tuple[str, str], language: str
):
    client, found, named = lived
    faults = []
    client.headers["accept-language"] = language
    client.get(f"/language/{language}")
    for path in of_members(found, *sheets):
        try:
            answer = client.get(path)
        except Exception as error:  # noqa: BLE001  (each page's own fault is told)
            faults.append(f"{path}: {error!r}")
            continue
        if answer.status_code != 200:
            faults.append(f"{path} answers {answer.status_code}")
            continue
        if path.endswith("/check"):
            continue  # its forms offer “this one” thing of a finding
        for value, text in re.findall(r'<option value="(?:\w+:)?([\w-]+)"[^>]*>([^<]*)', answer.text):
            if value in named and named[value] not in html.unescape(text):
                faults.append(f"{path} calls “{named[value]}” “{text}”")
    assert not faults, "\n".join(faults)
