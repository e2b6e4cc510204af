"""Pages of the chapter Organize."""
