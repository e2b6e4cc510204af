"""One workspace: an SQL database, content-addressed artefacts and an event log."""
