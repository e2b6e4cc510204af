"""The thread: references, typed links, and what can be asked of them."""
