"""What Filrouge itself sees of a product that retires, and the rule about it."""

from filrouge.flows.retirement.sight import Sight, sight_of

__all__ = ["Sight", "sight_of"]
