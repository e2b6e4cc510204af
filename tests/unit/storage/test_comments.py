"""Comments: threads, mentions, and who may change what."""

import pytest

from filrouge.bootstrap import people
from filrouge.explore.ideas import Idea
from filrouge.flows.product_yaml import export_product
from filrouge.storage.comments import (
    LONGEST,
    BadComment,
    NotYourComment,
    UnknownComment,
    archive_comment,
    comment_named,
    edit_comment,
    open_counts,
    reopen,
    resolve,
    talks,
    unread,
    write_comment,
)
from filrouge.storage.editing import create, find
from filrouge.storage.mentions import mark_read, mentioned
from filrouge.storage.workspace import Workspace


@pytest.fixture
def idea(workspace: Workspace, product: str) -> str:
    with workspace.transaction("duty manager") as session:
        return create(session, Idea, product, title="Warn").id


def say(workspace: Workspace, who: str, idea: str, text: str, **options: str) -> str:
    with workspace.transaction(who) as session:
        about = find(session, Idea, idea)
        return write_comment(session, about, text, people=people(session, "nyc-departures"), **options).id


def test_a_thread_is_answered_resolved_and_opened_again(workspace: Workspace, idea: str):
    first = say(workspace, "ana", idea, "Whose screen?")
    answer = say(workspace, "bob", idea, "The desk's", reply_to=first)
    say(workspace, "ana", idea, "Good", reply_to=answer)
    with workspace.transaction("bob") as session:
        (talk,) = talks(session, find(session, Idea, idea))
        assert [one.text for one in talk.replies] == ["The desk's", "Good"]
        assert open_counts(session, "idea", [idea]) == {(idea, ""): 3}
        resolve(session, comment_named(session, answer))
        assert (talk.first.resolved_by, talk.first.resolved_at is not None) == ("bob", True)
        assert open_counts(session, "idea", [idea]) == {}
        reopen(session, talk.first)
        assert open_counts(session, "idea", [idea]) == {(idea, ""): 3}


def test_a_part_of_an_artefact_has_comments_of_its_own(workspace: Workspace, idea: str):
    say(workspace, "ana", idea, "On all of it")
    first = say(workspace, "ana", idea, "On the data", part="data")
    say(workspace, "bob", idea, "Yes", reply_to=first)
    with workspace.reading() as session:
        about = find(session, Idea, idea)
        assert [len(talks(session, about, part)) for part in ("", "data", "other")] == [1, 1, 0]
        assert open_counts(session, "idea", [idea]) == {(idea, ""): 1, (idea, "data"): 2}


def test_who_is_mentioned_is_told_until_they_have_read_or_answered(workspace: Workspace, idea: str):
    first = say(workspace, "ana", idea, "@Duty Manager and @ana: when?")
    with workspace.transaction("duty manager") as session:
        assert [one.id for one in unread(session, "duty manager")] == [first]
        assert len(unread(session, "ana")) == 0
        mark_read(session, "ana", [first])
        assert len(unread(session, "duty manager")) == 1
    say(workspace, "duty manager", idea, "At six", reply_to=first)
    with workspace.reading() as session:
        assert len(unread(session, "duty manager")) == 0


def test_a_mention_follows_the_text_when_it_is_changed(workspace: Workspace, idea: str):
    first = say(workspace, "ana", idea, "@duty manager?")
    with workspace.transaction("ana") as session:
        edit_comment(
            session, comment_named(session, first), "Never mind", people=people(session, "nyc-departures")
        )
        assert len(unread(session, "duty manager")) == 0
        changed = edit_comment(
            session, comment_named(session, first), "@duty manager!", people=people(session, "nyc-departures")
        )
        assert changed.edited_at is not None
        assert len(unread(session, "duty manager")) == 1
        archive_comment(session, changed)
        assert len(unread(session, "duty manager")) == 0


def test_people_change_and_take_back_their_own_comments_only(workspace: Workspace, idea: str):
    first = say(workspace, "ana", idea, "Mine")
    answer = say(workspace, "bob", idea, "An answer", reply_to=first)
    with workspace.transaction("bob") as session:
        for act in (archive_comment, lambda *both: edit_comment(*both, "Yours")):
            with pytest.raises(NotYourComment):
                act(session, comment_named(session, first))
    with workspace.transaction("ana") as session:
        archive_comment(session, comment_named(session, first))
        (talk,) = talks(session, find(session, Idea, idea))
        assert [one.id for one in talk.replies] == [answer]
        with pytest.raises(UnknownComment):
            comment_named(session, first)


def test_bad_comments_are_refused(workspace: Workspace, idea: str):
    for text in ("", "  \n ", "x" * (LONGEST + 1), "a\x00b"):
        with pytest.raises(BadComment):
            say(workspace, "ana", idea, text)
    with pytest.raises(UnknownComment):
        say(workspace, "ana", idea, "To nobody", reply_to="nothing")


def test_a_long_text_emoji_and_right_to_left_come_back_as_they_were(workspace: Workspace, idea: str):
    text = "שלום 👩‍🔬 " * 4000
    made = say(workspace, "ana", idea, text)
    with workspace.reading() as session:
        assert comment_named(session, made).text == text.strip()


def test_comments_are_not_in_the_product_file(workspace: Workspace, idea: str, product: str):
    say(workspace, "ana", idea, "Only here")
    with workspace.reading() as session:
        assert "Only here" not in export_product(session, product)


def test_an_address_is_no_mention_and_the_longest_name_counts():
    names = ["ana", "ana maria"]
    assert mentioned("mail ana@ana.example or x.@ana", names) == ()
    assert mentioned("(@Ana Maria), @ana; @anais", names) == ("ana maria", "ana")
    assert mentioned("@ana", []) == ()
