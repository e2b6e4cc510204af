"""Model versions, and the ledger of what served when and why (STR-21)."""
