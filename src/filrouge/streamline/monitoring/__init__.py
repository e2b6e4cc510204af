"""Watching a model in production: profiles, drift, quality, monitors, alerts (STR-17, STR-18)."""
