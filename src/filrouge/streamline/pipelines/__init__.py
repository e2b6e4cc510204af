"""Pipelines: contracts, decorators, the graph wired by parameter names, and its runner."""
