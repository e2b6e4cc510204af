"""A product is retired when four questions have their answer, or deliberately."""

from datetime import UTC, datetime

import pytest

from filrouge.flows.product_yaml import export_product, import_product
from filrouge.flows.retirement import sight_of
from filrouge.kernel.errors import Faults
from filrouge.scale.retirement import (
    Answer,
    DataFate,
    NotRetirable,
    Point,
    RetirementPoint,
    answer,
    begin,
    open_points,
    points_of,
    retire,
)
from filrouge.storage.editing import BadField, listed
from filrouge.storage.history import changes_of, undo
from filrouge.storage.product import Phase, product_named
from filrouge.storage.workspace import Workspace
from filrouge.streamline.registry.ledger import LedgerFault, ledger, promote, serving_now, withdraw
from filrouge.streamline.registry.version import ModelVersion, register
from filrouge.streamline.serving.assemble import products_to_serve
from filrouge.streamline.serving.errors import ProductRetired

LATER = datetime(2014, 1, 1, tzinfo=UTC)


def answer_all(session, product: str, *, but: Point | None = None) -> None:
    for point in Point:
        if point != but:
            kept = {"data": DataFate.KEPT, "until": LATER} if point == Point.DATA else {}
            answer(session, product, point, answer=Answer.DONE, who="ana", note="Done.", **kept)


def test_the_last_answer_retires_and_everything_is_in_the_file(workspace: Workspace, product: str):
    with workspace.transaction("ana") as session:
        answer_all(session, product, but=Point.KNOWLEDGE_POSTED)
        assert product_named(session, product).phase == Phase.EXPLORE
        assert open_points(session, product) == [Point.KNOWLEDGE_POSTED]
        with pytest.raises(NotRetirable, match="1 point"):
            retire(session, product, who="ana")
        item = answer(
            session, product, Point.KNOWLEDGE_POSTED, answer=Answer.DONE, who="bob", note="In the wiki."
        )
        assert product_named(session, product).phase == Phase.RETIRED
        assert changes_of(session, item.id)[0].after["who"] == "bob"
    with workspace.reading() as session:
        text = export_product(session, product)
    assert "In the wiki." in text
    with workspace.transaction("ana") as session:
        import_product(session, text, as_product="copy")
        assert points_of(session, "copy")[Point.DATA].until == LATER
        undo(session, points_of(session, product)[Point.DATA])
        assert open_points(session, product) == [Point.DATA]


def test_a_file_retires_a_product_only_when_its_points_are_answered(workspace: Workspace, product: str):
    with workspace.reading() as session:
        served = export_product(session, product)
    told = served.replace("phase: explore", "phase: retired")
    assert told != served
    with pytest.raises(NotRetirable), workspace.transaction("ana") as session:
        import_product(session, told)
    with workspace.reading() as session:
        assert product_named(session, product).phase == Phase.EXPLORE


def test_an_answer_that_lacks_something_is_refused(workspace: Workspace, product: str):
    with workspace.transaction("ana") as session:
        with pytest.raises(BadField):
            answer(session, product, Point.USERS_TOLD, answer=Answer.WAIVED, who="ana")
        with pytest.raises(BadField):
            answer(session, product, Point.DATA, answer=Answer.DONE, who="ana", data=DataFate.KEPT)
        with pytest.raises(Faults):
            answer(session, product, Point.DATA, answer=Answer.DONE, who=" ")
        assert len(open_points(session, product)) == 4


def test_a_product_is_retired_deliberately_with_a_reason(workspace: Workspace, product: str):
    with workspace.transaction("ana") as session:
        answer(session, product, Point.USERS_TOLD, answer=Answer.DONE, who="ana")
        retire(session, product, who="cy", reason="Nobody used it")
        found = points_of(session, product)
        assert [item.answer.value for item in found.values()] == ["done", "waived", "waived", "waived"]
        assert (found[Point.DATA].who, found[Point.DATA].note) == ("cy", "Nobody used it")
        begin(session, product)
        assert len(listed(session, RetirementPoint, product)) == 4


def test_serving_stops_at_once_and_the_ledger_says_who_and_why(workspace: Workspace, product: str):
    with workspace.transaction("ana") as session:
        version = ModelVersion(
            product_id=product,
            model="boosting",
            run_id="run1",
            digest="d" * 64,
            target="late",
            dataset="f" * 64,
            data_from=LATER,
            data_to=LATER,
            rows=9,
        )
        made = register(session, version).id
        promote(session, product, "champion", made, who="ana", why="first")
        promote(session, product, "naive", made, who="ana", why="first")
        assert set(sight_of(session, product, LATER).serving) == {"champion", "naive"}
        withdraw(session, product, who="bob", why="retired")
        assert serving_now(session, product) == {}
        last = ledger(session, product)[-1]
        assert (last.change, last.who, last.why) == ("withdraw", "bob", "retired")
        with pytest.raises(LedgerFault):
            withdraw(session, product, who="bob", why="again")
        promote(session, product, "champion", made, who="ana", why="back")  # it can come back
        assert set(serving_now(session, product)) == {"champion"}


def test_a_retired_product_is_served_only_when_forced(workspace: Workspace, product: str):
    with workspace.transaction("ana") as session:
        product_named(session, product).code = "code"
        retire(session, product, who="ana", reason="Done")
    with pytest.raises(ProductRetired) as caught:
        products_to_serve(workspace, [product], retired=False)
    assert "--force" in caught.value.action
    assert set(products_to_serve(workspace, [product])) == {product}
