import pytest

from filrouge.storage.workspace import Workspace
from filrouge.thread.links import link, links_from, links_to, unlink
from filrouge.thread.ref import BadReference, Ref

IDEA, PAIN = Ref("idea", "i1"), Ref("pain_point", "p1")


def test_a_link_is_seen_from_both_ends_and_made_once(workspace: Workspace, product: str):
    with workspace.transaction("ana") as session:
        first = link(session, product, PAIN, "addressed_by", IDEA)
        assert link(session, product, PAIN, "addressed_by", IDEA) is first
    with workspace.reading() as session:
        (down,), (up,) = links_from(session, PAIN), links_to(session, IDEA)
    assert (down.target, up.source, up.made_by) == (IDEA, PAIN, "ana")


def test_an_unlinked_pair_is_apart_again(workspace: Workspace, product: str):
    with workspace.transaction("ana") as session:
        link(session, product, PAIN, "addressed_by", IDEA)
        unlink(session, PAIN, "addressed_by", IDEA)
        assert links_to(session, IDEA) == []


@pytest.mark.parametrize("text", ["", "idea", ":x", "idea:", " : "])
def test_a_text_of_another_form_is_no_reference(text: str):
    with pytest.raises(BadReference):
        Ref.parse(text)
