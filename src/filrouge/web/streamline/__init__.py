"""Pages of the chapter Streamline."""
