"""Sheets as people save them become artefacts, or say in words why not."""

import csv

import pytest

from filrouge.explore.ideas import Idea
from filrouge.explore.journeys import Journey, PainPoint, Step, draw_after
from filrouge.explore.uncertainties import Uncertainty
from filrouge.flows.spreadsheet import (
    SHEETS,
    Plan,
    apply_rows,
    plan_rows,
    propose,
    read_sheet,
    sheet_kind,
    told,
    undo_import,
    write_sheet,
)
from filrouge.flows.spreadsheet.faults import (
    CsvProblems,
    CsvTooLarge,
    CsvUnreadable,
    UnknownColumn,
    UnknownImport,
)
from filrouge.kernel.errors import Faults
from filrouge.kernel.i18n import use_language
from filrouge.storage.editing import create, edit, find, listed
from filrouge.storage.kinds import UnknownKind
from filrouge.storage.workspace import Workspace

TEXT = "Titre;Description;Votes\nPrévenir tôt;«Deux heures»;3\nÉcrire au passager;;0\n"
P = "nyc-departures"


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("cp1252", "Windows-1252"),
    ],
)
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_encoding_and_the_separator_are_found(encoding: str, named: str, separator: str, end: str):
    sheet = read_sheet(TEXT.replace(";", separator).replace("\n", end).encode(encoding))
    assert (sheet.encoding, sheet.separator) == (named, separator)
    assert sheet.columns == ("Titre", "Description", "Votes")
    assert sheet.lines[0].cells == ("Prévenir tôt", "«Deux heures»", "3")


def test_text_with_commas_in_one_column_stays_whole():
    assert read_sheet(b"Idea\nWarn, then act\nCall\n").lines[0].cells in [("Warn, then act",)]


def test_quotes_hold_separators_and_lines():
    sheet = read_sheet(b'title,description\n"Warn, early","two\nlines"\n\n"a ""b"" c",x,extra\n')
    assert sheet.lines[0].cells == ("Warn, early", "two\nlines")
    assert sheet.lines[1].cells == ('a "b" c', "x")
    assert (sheet.lines[1].number, sheet.lines[1].extra) == (4, 1)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", CsvUnreadable),
        (b"\n \n", CsvUnreadable),
        (b"PK\x03\x04rest", CsvUnreadable),
        (b"title\n\x81\x8d\n", CsvUnreadable),
        (b"title\na\x00b\n", CsvUnreadable),
        (b'title\n"never closed\n', CsvUnreadable),
        (b"title\n" + b"x\n" * 2_001, CsvTooLarge),
        (b"t" * 5_000_001, CsvTooLarge),
    ],
)
def test_what_is_no_csv_is_told(content: bytes, fault: type[Exception]):
    with pytest.raises(fault):
        read_sheet(content)


def test_columns_are_proposed_in_both_languages_and_guessed_when_they_are_near():
    found = propose(
        SHEETS["pain_point"], ["Étape", "Irritant", "GRAVITÉ", "Type de douleur", "Fréquense", "Budget"]
    )
    assert dict(found) == {0: "step_id", 1: "statement", 2: "intensity", 3: "type", 4: "frequency"}
    assert found.guesses == {4}


def test_a_person_says_otherwise_and_mistakes_come_back_together():
    columns = ["Idea", "Text", "Budget"]
    assert dict(told(SHEETS["idea"], columns, ["Budget=description", "idea=Titre"])) == {
        0: "title",
        2: "description",
    }
    assert dict(told(SHEETS["idea"], columns, ["Text="])) == {0: "title"}
    with pytest.raises(Faults) as caught:
        told(SHEETS["idea"], columns, ["Bugdet=author", "Text=descripton"])
    assert [fault.action for fault in caught.value.faults] == [
        "Did you mean 'Budget'?",
        "Did you mean 'description'?",
    ]
    with pytest.raises(UnknownKind, match="storys"):
        sheet_kind("storys")


def planned(workspace: Workspace, kind: str, text: str, **more: str) -> Plan:
    sheet = read_sheet(text.encode())
    with workspace.reading() as session:
        return plan_rows(session, SHEETS[kind], P, sheet, propose(SHEETS[kind], sheet.columns), **more)


def brought(workspace: Workspace, kind: str, content: bytes, **more: bool) -> str:
    sheet = read_sheet(content)
    with workspace.transaction("ana") as session:
        plan = plan_rows(session, SHEETS[kind], P, sheet, propose(SHEETS[kind], sheet.columns))
        options = {"leave_out": False, "duplicates": False, **more}
        return apply_rows(session, plan, P, file="x.csv", **options).id


@pytest.fixture
def journey(workspace: Workspace, product: str) -> str:
    with workspace.transaction("ana") as session:
        made = create(session, Journey, product, title="A day at the desk")
        create(session, Step, product, id="step-1", journey_id=made.id, title="Plan the day")
        create(session, Step, product, id="step-2", journey_id=made.id, title="Call the gates")
        return made.id


def test_problems_are_said_by_row_and_column(workspace: Workspace, journey: str):
    plan = planned(
        workspace,
        "pain_point",
        "Irritant,Étape,Type,Intensité\n"
        "Too late,plan the day,chronophage,4\n"
        ",Plan the day,frustrating,9\n"
        "No list,Plan the dya,frustrated,many\n"
        "Half,Call the gates,frustrating,2.5\n"
        f"{'x' * 2001},step-2,,\n",
    )
    assert [row.number for row in plan.wrong] == [3, 4, 5, 6]
    by_row = {row.number: {p.column: (p.what, p.hint) for p in row.problems} for row in plan.rows}
    assert by_row[3] == {"Irritant": ("It is empty.", ""), "Intensité": ("It is not from 1 to 5.", "")}
    assert by_row[4]["Étape"][1] == "Did you mean “Plan the day”?"
    assert by_row[4]["Type"] == ("It is none of the words.", "Did you mean “frustrating”?")
    assert by_row[4]["Intensité"][0] == "It is not a number."
    assert by_row[5]["Intensité"][0] == "It is not a whole number."
    assert "2001" in by_row[6]["Irritant"][0]


def test_words_are_taken_in_both_languages(workspace: Workspace, journey: str):
    words = ("chronophage", "time-consuming", "TIME_CONSUMING")
    text = "statement;step;type\n" + "".join(f"On {word};Plan the day;{word}\n" for word in words)
    plan = planned(workspace, "pain_point", text)
    assert [row.values["type"] for row in plan.rows] == ["time_consuming"] * 3
    assert [row.shown["step_id"] for row in plan.rows] == ["Plan the day"] * 3


def test_rows_without_a_step_take_the_one_that_was_said(workspace: Workspace, journey: str):
    assert planned(workspace, "pain_point", "Irritant\nToo late\n").wrong
    plan = planned(workspace, "pain_point", "Irritant\nToo late\n", into="step-2")
    assert plan.rows[0].values == {"statement": "Too late", "step_id": "step-2"}


def test_an_import_is_one_transaction_with_one_undo(workspace: Workspace, product: str):
    identifier = brought(workspace, "idea", TEXT.encode())
    with workspace.reading() as session:
        ideas = listed(session, Idea, product)
        assert [(idea.title, idea.votes) for idea in ideas] == [
            ("Prévenir tôt", 3),
            ("Écrire au passager", 0),
        ]
    with workspace.transaction("bob") as session:
        assert undo_import(session, product, identifier) == 2
        assert listed(session, Idea, product) == []
    with pytest.raises(UnknownImport), workspace.transaction("bob") as session:
        undo_import(session, product, identifier)


def test_rows_with_problems_stop_everything_until_they_are_left_out(workspace: Workspace, product: str):
    content = b"title,votes\nGood,1\nBad,minus\n"
    with pytest.raises(CsvProblems, match="nothing was written"):
        brought(workspace, "idea", content)
    with workspace.reading() as session:
        assert listed(session, Idea, product) == []
    brought(workspace, "idea", content, leave_out=True)
    with workspace.reading() as session:
        assert [idea.title for idea in listed(session, Idea, product)] == ["Good"]


def test_what_is_there_already_is_flagged_and_left_out(workspace: Workspace, product: str):
    brought(workspace, "idea", b"title\nWarn early\n")
    plan = planned(workspace, "idea", "title\nwarn  EARLY\nNew\nnew\n")
    assert [row.same_as for row in plan.rows] == ["in the product already", "", "as row 3"]
    with pytest.raises(CsvProblems, match="No row is left"):
        brought(workspace, "idea", b"title\nWarn early\n")
    brought(workspace, "idea", b"title\nWarn early\n", duplicates=True)
    with workspace.reading() as session:
        assert len(listed(session, Idea, product)) == 2


def test_another_file_in_another_encoding_gets_a_clear_answer(workspace: Workspace, product: str):
    with pytest.raises(UnknownColumn) as caught:
        brought(workspace, "idea", "Pays;Capitale\nFrance;Paris\nÎles Féroé;Tórshavn\n".encode("cp1252"))
    assert "Idea" in caught.value.what
    assert "Pays, Capitale" in caught.value.why
    with workspace.reading() as session:
        assert listed(session, Idea, product) == []


NASTY = ["=1+1", "+33 1 23", "-5 % late", "@home", "'=quoted", "'tis", "\tx", 'a;b,c\n"d"', "＝wide"]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_an_export_protects_spreadsheets_and_comes_back_as_it_was(
    workspace: Workspace, product: str, language: str
):
    with workspace.transaction("ana") as session:
        for text in NASTY:
            create(session, Idea, product, title=f"Idea {text}", description=text, state="kept", votes=2)
    with use_language(language), workspace.transaction("ana") as session:
        content = write_sheet(session, SHEETS["idea"], product)
    assert content.startswith("\ufeff".encode())
    sheet = read_sheet(content)
    raw = content.decode("utf-8-sig")
    assert "'=1+1" in raw
    assert "''=quoted" in raw
    assert ",'tis" in raw.replace(";", ",")
    with workspace.transaction("ana") as session:
        for idea in listed(session, Idea, product):
            edit(session, idea, title=f"old {idea.title}")
        with use_language(language):
            plan = plan_rows(session, SHEETS["idea"], product, sheet, propose(SHEETS["idea"], sheet.columns))
        apply_rows(session, plan, product, file="x.csv", leave_out=False, duplicates=False)
    with workspace.reading() as session:
        back = [idea for idea in listed(session, Idea, product) if not idea.title.startswith("old")]
        assert [idea.description.strip() for idea in back] == [text.strip() for text in NASTY]
        assert {(idea.state.value, idea.votes) for idea in back} == {("kept", 2)}


def test_pain_points_steps_and_uncertainties_come_and_go_too(workspace: Workspace, journey: str):
    brought(workspace, "step", "Étape;Parcours;Qui\nFermer les portes;A day at the desk;agent\n".encode())
    brought(workspace, "pain_point", "Irritant;Étape\nToo late;Fermer les portes\n".encode())
    brought(
        workspace, "uncertainty", "Risque;Type;Criticité\nLa météo arrive à temps;données;critique\n".encode()
    )
    with workspace.reading() as session:
        assert listed(session, PainPoint, P)[0].statement == "Too late"
        assert listed(session, Uncertainty, P)[0].criticality.value == "critical"
    with workspace.transaction("ana") as session:
        text = write_sheet(session, SHEETS["pain_point"], P).decode("utf-8-sig")
    assert text.splitlines()[1] == "Too late,Fermer les portes,,,,"


def test_a_title_that_the_map_after_shares_means_todays_step(workspace: Workspace, journey: str):
    with workspace.transaction("ana") as session:
        after = draw_after(session, find(session, Journey, journey))
        (copy,) = [one for one in listed(session, Step, P, journey_id=after.id) if one.from_step == "step-2"]
        create(session, PainPoint, P, step_id=copy.id, statement="One more screen")
        create(session, PainPoint, P, step_id="step-2", statement="Too late")
        today = find(session, Step, "step-2").title
        text = write_sheet(session, SHEETS["pain_point"], P).decode("utf-8-sig")
    written = {row[0]: row[1] for row in csv.reader(text.splitlines())}
    assert written["One more screen"] == f"{after.title} > {today}"
    assert written["Too late"] == today
    plan = planned(workspace, "pain_point", f"Irritant;Étape\nA;{today.upper()}\nB;{after.title} > {today}\n")
    assert [row.values["step_id"] for row in plan.rows] == ["step-2", copy.id]


def test_two_steps_of_today_are_told_apart_by_their_journey(workspace: Workspace, journey: str):
    with workspace.transaction("ana") as session:
        other = create(session, Journey, P, title="A night at the desk")
        own = create(session, Step, P, journey_id=other.id, title="Plan the day")
    plan = planned(
        workspace, "pain_point", "Irritant;Étape\nA;Plan the day\nB;a night at the desk > plan the day\n"
    )
    (problem,) = plan.rows[0].problems
    assert "A night at the desk > Plan the day" in problem.hint
    assert own.id not in problem.hint
    assert plan.rows[1].values["step_id"] == own.id
