"""``python -m filrouge``."""

from filrouge.cli import main

main()
