"""What everything else stands on: ids, clock, errors, settings, language."""
