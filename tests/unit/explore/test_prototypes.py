from datetime import timedelta

import pytest

from filrouge.explore.entries import add_entry, drop_entry
from filrouge.explore.ideas import Idea
from filrouge.explore.prototypes import Prototype, conclude, fortnight_of, renew, skip, start
from filrouge.explore.uncertainties import Uncertainty
from filrouge.flows.product_yaml import export_product, import_product
from filrouge.kernel.clock import FixedClock
from filrouge.storage.editing import BadField, create
from filrouge.storage.workspace import Workspace
from filrouge.thread.links import links_to
from filrouge.thread.ref import Ref


def planned(session, product: str, **fields: object) -> Prototype:
    idea = create(session, Idea, product, title="Warn two hours before")
    return create(session, Prototype, product, idea_id=idea.id, title="Paper list", **fields)


def test_the_two_weeks_run_by_the_workspaces_clock(workspace: Workspace, product: str, clock: FixedClock):
    with workspace.transaction("ana") as session:
        one = planned(session, product)
        assert (one.stage(clock.now()), fortnight_of(one, clock.now())) == ("planned", None)
        start(session, one)
        assert one.ends_at == clock.now() + timedelta(days=14)
        clock.at += timedelta(days=8, hours=3)
        seen = fortnight_of(one, clock.now())
        assert (seen.day, seen.of, seen.over, seen.cells.count("done"), seen.cells[8]) == (
            9,
            14,
            0,
            8,
            "today",
        )
        clock.at += timedelta(days=8)
        late = fortnight_of(one, clock.now())
        assert (late.day, late.over, late.cells[-3:]) == (17, 3, ("over", "over", "over"))
        conclude(session, one, "promising", "The desk follows seven warnings in ten")
        clock.at += timedelta(days=99)
        ended = fortnight_of(one, clock.now())
        assert (ended.day, ended.over, ended.ended, one.stage(clock.now())) == (17, 3, True, "concluded")


def test_a_prototype_ends_with_a_verdict_and_what_was_learnt_and_is_skipped_for_two_reasons(
    workspace: Workspace, product: str
):
    with workspace.transaction("ana") as session:
        one = planned(session, product)
        for verdict, learnt in (("none", "Much"), ("promising", " ")):
            with pytest.raises(BadField):
                conclude(session, one, verdict, learnt)
        with pytest.raises(BadField):
            skip(session, one, "The desk asks for it", "")
        with pytest.raises(BadField):
            renew(session, one, "Again", "")
        second = renew(session, one, "Again", "It decides")
        assert (second.renews_id, second.idea_id) == (one.id, one.idea_id)
        assert Ref("prototype", one.id) in [
            tie.source for tie in links_to(session, Ref("prototype", second.id))
        ]


def test_people_and_links_are_listed_and_what_is_no_address_is_refused(workspace: Workspace, product: str):
    with workspace.transaction("ana") as session:
        one = planned(session, product)
        add_entry(session, one, "people", {"name": "Ines", "profile": "duty manager", "business": True})
        assert one.business == ["Ines"]
        for wrong in ({"name": " "}, {"nom": "Ines"}):
            with pytest.raises(Exception, match=r"name|nom"):
                add_entry(session, one, "people", wrong)
        add_entry(session, one, "attachments", {"title": "Notes", "url": "https://wiki.example/notes"})
        for url in ("javascript:alert(1)", "notes", ""):
            with pytest.raises(BadField):
                add_entry(session, one, "attachments", {"title": "Notes", "url": url})
        with pytest.raises(BadField):
            drop_entry(session, one, "people", 1)
        drop_entry(session, one, "people", 0)
        assert one.people == []


def test_a_prototype_goes_through_product_yaml_with_its_uncertainty(workspace: Workspace, product: str):
    with workspace.transaction("ana") as session:
        risk = create(session, Uncertainty, product, statement="The desk acts", type="user_experience")
        first = planned(session, product, uncertainty_id=risk.id)
        renew(session, first, "Again", "It decides")
        session.flush()
        text = export_product(session, product)
        assert "uncertainty_id" in text
        assert "tried_by" not in text
        assert import_product(session, text).empty
        import_product(session, text, as_product="second")
        assert export_product(session, "second").count("renews_id") == 1
