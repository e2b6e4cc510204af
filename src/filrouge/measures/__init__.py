"""Indicators and their evaluation over the event log: one meaning everywhere."""
