"""Training runs, model versions and the ledger."""
