"""Streamline: the software factory, from sources to monitored production."""
