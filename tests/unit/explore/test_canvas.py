from filrouge.explore.canvas import (
    BOXES,
    Box,
    Canvas,
    CanvasNote,
    DataSource,
    canvas_board,
    canvas_state,
    sign,
)
from filrouge.explore.ideas import Idea
from filrouge.storage.editing import create, edit
from filrouge.storage.workspace import Workspace
from filrouge.thread.ref import Ref
from filrouge.thread.relations import connect


def test_the_canvas_has_eleven_boxes_in_five_columns_eight_of_them_required():
    assert [spec.box for spec in BOXES] == list(Box)
    assert [sum(spec.column == column for spec in BOXES) for column in range(1, 6)] == [2, 2, 2, 3, 2]
    assert sum(not spec.box.extension for spec in BOXES) == 8


def test_a_canvas_says_what_is_missing_until_it_is_complete_and_signed(workspace: Workspace, product: str):
    with workspace.transaction("ana") as session:
        idea = create(session, Idea, product, title="Warn")
        canvas = create(session, Canvas, product, idea_id=idea.id, title="Warn")
        state = canvas_state(canvas, canvas_board(session, canvas))
        assert (len(state.missing), len(state.extensions_missing), state.complete) == (8, 3, False)
        source = create(session, DataSource, product, name="flights", necessity="necessary")
        connect(session, product, Ref("canvas", canvas.id), "needs", Ref("data_source", source.id))
        for box in state.missing:
            if box != Box.DATA_SOURCES:
                create(session, CanvasNote, product, canvas_id=canvas.id, box=box, text=f"On {box}")
        edit(
            session,
            canvas,
            vector="existing_tool",
            frequency="on_demand",
            environment_differences="None",
            constraints="None",
        )
        state = canvas_state(canvas, canvas_board(session, canvas))
        assert (state.activation_missing, state.complete) == (("adaptations",), False)
        edit(session, canvas, adaptations="None")
        sign(session, canvas, "duty manager")
        state = canvas_state(canvas, canvas_board(session, canvas))
        assert (state.missing, state.activation_missing, state.complete, state.signed) == ((), (), True, True)
