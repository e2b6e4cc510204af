"""``filrouge demo``: NYC departures 2013, from the business problem to the monitored model and back."""

from filrouge.flows.demo.story import PRODUCT, Demo, Teller

__all__ = ["PRODUCT", "Demo", "Teller"]
