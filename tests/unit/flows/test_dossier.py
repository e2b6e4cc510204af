import pytest
from fastapi.testclient import TestClient

from filrouge.bootstrap import typesetter
from filrouge.explore.objectives import Objective
from filrouge.flows.dossier import Missing, Table, as_markdown, dossier, typeset_dossier
from filrouge.flows.examples import import_example, mend_example
from filrouge.kernel.i18n import use_language
from filrouge.storage.editing import create
from filrouge.storage.workspace import Workspace
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
