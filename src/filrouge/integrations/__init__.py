"""One folder per outside vendor."""
