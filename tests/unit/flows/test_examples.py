from filrouge.explore.canvas import Canvas, canvas_board, canvas_state
from filrouge.flows.examples import import_example
from filrouge.flows.product_yaml import export_product, import_product
from filrouge.organize.indicators import Indicator, main_indicator, measure_of
from filrouge.storage.editing import find, listed
from filrouge.storage.workspace import Workspace


def test_the_example_has_a_complete_canvas_and_measures_that_can_be_computed(sqlite_workspace: Workspace):
    with sqlite_workspace.transaction("ana") as session:
        import_example(session)
        canvas = find(session, Canvas, "nyc-canvas")
        state = canvas_state(canvas, canvas_board(session, canvas))
        assert (state.complete, state.extensions_missing, state.signed) == (True, (), True)
        main = main_indicator(session, "nyc-departures")
        assert main is not None
        assert main.title == "Late or cancelled flights warned in time"
        assert all(measure_of(item) for item in listed(session, Indicator, "nyc-departures"))


def test_the_example_comes_out_as_it_went_in_and_may_be_copied(sqlite_workspace: Workspace):
    with sqlite_workspace.transaction("ana") as session:
        import_example(session)
        text = export_product(session, "nyc-departures")
        assert import_product(session, text).empty
        import_example(session, as_product="second")
        assert "Departures at risk" in export_product(session, "second")
