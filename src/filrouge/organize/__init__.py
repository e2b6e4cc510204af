"""Organize: the team, the road and what is learnt on it."""
