"""Pages of people: signing in, one's account, members of a product, people of the workspace."""
