"""The example product's artefacts, brought in as anybody's file would be."""

from pathlib import Path

from sqlalchemy.orm import Session

from filrouge.flows.product_yaml import Plan, import_product

__all__ = ["NYC_DEPARTURES", "import_example"]

NYC_DEPARTURES = Path(__file__).parent.parent / "templates" / "nyc_departures" / "product.yaml"


def import_example(session: Session, *, as_product: str = "") -> Plan:
    """Import the artefacts of *NYC departures*; under another id, as a copy with ids of its own."""
    text = NYC_DEPARTURES.read_text(encoding="utf-8")
    return import_product(session, text, name=NYC_DEPARTURES.name, as_product=as_product)
