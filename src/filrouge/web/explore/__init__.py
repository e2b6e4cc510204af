"""Pages of the chapter Explore."""
