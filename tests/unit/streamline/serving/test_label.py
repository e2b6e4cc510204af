from pathlib import Path

from tests.fakes.bus_product import CODE

from filrouge.streamline.pipelines.code import ProductCode
from filrouge.streamline.serving.product_plan import plan_of

FLEET = '''
class Fleet(Contract):
    line: str
    late: str


@source("a_fleet", role="lookup", contract=Fleet, key="line")
def a_fleet(window: Window) -> pl.LazyFrame:
    return pl.DataFrame({"line": ["A"], "late": ["no"]}).lazy()


@source("buses"'''


def test_a_label_is_held_to_the_source_that_tells_outcomes(tmp_path: Path):
    (tmp_path / "busline").mkdir()
    (tmp_path / "data").mkdir()
    code = CODE.replace('@source("buses"', FLEET, 1)
    code = code.replace('"arrivals", role="history"', '"arrivals", role="outcome"')
    (tmp_path / "busline" / "__init__.py").write_text(code, encoding="utf-8")
    label = plan_of("buses", ProductCode.load(tmp_path)).label
    assert label is not None
    assert label.kind == "bool"
