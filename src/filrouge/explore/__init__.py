"""Explore: from a strategic objective to a decision to build."""
