import pytest
from fastapi.testclient import TestClient

from filrouge.bootstrap import typesetter
from filrouge.explore.canvas import Canvas, CanvasNote, DataSource, sign
from filrouge.explore.feasibility import FeasibilityStudy, Question, Study, Verdict
from filrouge.explore.feasibility.words import Answer, Said
from filrouge.explore.ideas import Idea
from filrouge.explore.objectives import Objective
from filrouge.explore.workshops import Participant, Workshop
from filrouge.flows.dossier import Missing, Table, as_markdown, dossier, typeset_dossier
from filrouge.flows.examples import import_example, mend_example
from filrouge.kernel.i18n import use_language
from filrouge.storage.editing import create, now_of
from filrouge.storage.workspace import Workspace
from filrouge.thread.ref import Ref
from filrouge.thread.relations import connect
from filrouge.web.app import create_app


def test_the_dossier_of_the_example_tells_the_thread_and_what_is_asked(sqlite_workspace: Workspace):
    with sqlite_workspace.transaction("ana") as session:
        import_example(session)
        read = dossier(session, "nyc-departures")
        text = as_markdown(read)
        assert [chapter.title for chapter in read.chapters][:3] == [
            "What is asked of the committee",
            "Objective",
            "The work today, and afterwards",
        ]
        assert "1. Decide on “Gates assigned anew each hour”: build, wait or kill." in text
        assert "is critical and open" in text
        assert "| The departures of January, ranked |" in text
        assert "12 days of 14 | promising |" in text
        assert "steering committee, 22 Feb 2013" in text
        mend_example(session)
        mended = as_markdown(dossier(session, "nyc-departures"))
        assert "Nothing: what was to be decided is decided, signed and settled." in mended
        with use_language("fr"):
            assert "## Ce qui est demandé au comité" in as_markdown(dossier(session, "nyc-departures"))


def test_every_chapter_of_an_empty_product_says_what_is_missing(workspace: Workspace, product: str):
    with workspace.reading() as session:
        read = dossier(session, product)
    assert all(any(isinstance(block, Missing) for block in one.blocks) for one in read.chapters)
    assert not any(isinstance(block, Table) for one in read.chapters for block in one.blocks)


def test_what_people_wrote_never_becomes_markup(workspace: Workspace, product: str):
    with workspace.transaction("ana") as session:
        create(
            session, Objective, product, statement="# Fewer | *lost*\n<script>alert(1)</script> departures"
        )
        text = as_markdown(dossier(session, product))
    assert r"**\# Fewer \| \*lost\* \<script\>alert(1)\</script\> departures**" in text


def test_on_paper_what_people_wrote_is_printed_as_it_is_and_the_bytes_repeat(
    workspace: Workspace, product: str
):
    pytest.importorskip("typst")
    with workspace.transaction("ana") as session:
        create(session, Objective, product, statement='#panic("no") $x$ *bold* ' + "long" * 400)
    with workspace.reading() as session:
        read = dossier(session, product)
    made = typeset_dossier(typesetter(), read)
    assert made.startswith(b"%PDF")
    assert made == typeset_dossier(typesetter(), read)


def test_the_page_and_its_file(sqlite_workspace: Workspace):
    with sqlite_workspace.transaction("ana") as session:
        import_example(session)
    with TestClient(create_app(sqlite_workspace, user="ana"), base_url="http://127.0.0.1") as client:
        client.post("/login", data={"token": client.app.state.sessions.offer()})
        page = client.get("/products/nyc-departures/dossier", headers={"accept": "text/html"})
        assert page.status_code == 200
        assert "What is asked of the committee" in page.text
        file = client.get("/products/nyc-departures/dossier.md")
        assert file.headers["content-type"].startswith("text/markdown")
        assert file.headers["content-disposition"] == 'attachment; filename="nyc-departures-dossier.md"'
        paper = client.get("/products/nyc-departures/dossier.pdf")
        assert paper.headers["content-type"] == "application/pdf"
        assert paper.content.startswith(b"%PDF")
        assert client.get("/products/nyc-departures/dossier.docx").status_code == 422
        assert client.get("/products/none/dossier.md").status_code == 404


def test_a_canvas_changed_since_its_signature_is_not_told_as_signed(workspace: Workspace, product: str):
    with workspace.transaction("ana") as session:
        idea = create(session, Idea, product, title="Warn", state="kept")
        canvas = create(session, Canvas, product, idea_id=idea.id, title="Warn", vector="email")
        sign(session, canvas, "Ines")
        signed = "Interest signed off by Ines, 1 Mar 2013 (version 1)."
        assert f"{signed}\n" in as_markdown(dossier(session, product))
        create(session, CanvasNote, product, canvas_id=canvas.id, box="users", text="The desk")
        text = as_markdown(dossier(session, product))
    assert f"> {signed} The canvas has changed since: Users." in text
    assert "Sign the business interest of “Warn” again: Users changed since Ines signed." in text
    assert "| Vector | e-mail |" in text
    assert "| Adaptations | not said |" in text


def test_the_dossier_tells_the_workshop_its_dots_the_refresh_and_the_eight_answers(
    workspace: Workspace, product: str
):
    answer = Answer(Question.QUALITY, Verdict.WITH_CARE, Said("{n} holes.", {"n": 3}))
    study = Study("late", "", [], [answer], Said("Yes, with care."))
    with workspace.transaction("ana") as session:
        idea = create(session, Idea, product, title="Warn", state="kept", votes=7)
        held = create(session, Workshop, product, title="Ideas", revealed=True, starts_at=now_of(session))
        create(session, Workshop, product, title="Another")
        create(session, Participant, product, workshop_id=held.id, name="Ines", profile="business_expert")
        create(session, DataSource, product, name="weather", refresh="1h")
        kept = create(
            session,
            FeasibilityStudy,
            product,
            title="late",
            target="late",
            measured=study.as_dict(),
            measured_at=now_of(session),
            tools="yes",
            tools_note="We run it today",
        )
        text = as_markdown(dossier(session, product))
        assert "A study that is tied to no kept idea:" in text
        canvas = create(session, Canvas, product, idea_id=idea.id, title="Warn")
        connect(session, product, Ref("canvas", canvas.id), "examined_by", Ref(kept.kind, kept.id))
        text = as_markdown(dossier(session, product))
    assert "A study that is tied to no kept idea:" not in text
    assert "late, measured 1 Mar 2013. Yes, with care." in text
    assert "| Is it of quality? | with care | 3 holes. |" in text
    assert "| Are the tools supported? | yes | We run it today |" in text
    assert "| Does the legacy sustain the frequency? | no answer | – |" in text
    assert "Ideas, 1 Mar 2013: Ines (business expert)." in text
    assert "> Another: nobody is written down as present." in text
    assert "| Warn | 7 |" in text
    assert "| weather | not said | not said | not said | not said | 1 hour | not said |" in text
