"""The pages of what lasts beyond one product: retirement."""
