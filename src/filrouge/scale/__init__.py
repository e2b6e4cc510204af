"""Scale: do it again, better."""
