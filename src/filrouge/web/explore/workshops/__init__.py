"""Workshops on the web: a room that is live for all who are there (EXP-3, EXP-4)."""
