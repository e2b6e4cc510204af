from filrouge.web.streamline.graph_drawing import draw

GRAPH = {"flights": [], "weather": [], "joined": ["flights", "weather"], "labels": ["flights", "joined"]}


def test_a_step_stands_right_of_all_that_it_reads():
    boxes = {box.name: box for box in draw(GRAPH).boxes}
    for name, inputs in GRAPH.items():
        for origin in inputs:
            assert boxes[origin].x + boxes[origin].width < boxes[name].x


def test_boxes_do_not_touch_and_stay_inside():
    drawing = draw({**GRAPH, "a_rather_long_name_of_a_source": []})
    for box in drawing.boxes:
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.width <= drawing.width
        assert box.y + box.height <= drawing.height
        for other in drawing.boxes:
            if other is not box and other.x == box.x:
                assert abs(other.y - box.y) >= box.height


def test_every_edge_is_drawn_once_and_leads_to_its_step():
    assert sorted(to for _path, to in draw(GRAPH).wires) == ["joined", "joined", "labels", "labels"]


def test_a_step_that_is_gone_is_not_waited_for():
    assert len(draw({"joined": ["gone"]}).wires) == 0
