"""Use cases that span chapters, one module each."""
