import pytest

from filrouge.storage.product import Product, UnknownProduct
from filrouge.storage.workspace import Workspace
from filrouge.streamline.pipelines.code import NoProductCode, ProductCode


def test_the_code_of_a_product_is_found_from_its_folder(workspace: Workspace, product: str):
    (workspace.root / "wind").mkdir()
    (workspace.root / "wind" / "__init__.py").write_text(
        "from filrouge import step\n@step()\ndef one():\n    return 1\n"
    )
    with workspace.transaction() as session:
        session.add(Product(id="wind", title="Wind", code="wind"))
    assert list(ProductCode.of(workspace, "wind").graph.nodes) == ["one"]
    with pytest.raises(NoProductCode, match=f"filrouge new {product}"):
        ProductCode.of(workspace, product)
    with pytest.raises(UnknownProduct, match="Did you mean 'wind'"):
        ProductCode.of(workspace, "wnd")
