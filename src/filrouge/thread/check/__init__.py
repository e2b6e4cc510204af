"""The check: a linter for data science products that says where the thread is broken, and how to mend it."""
