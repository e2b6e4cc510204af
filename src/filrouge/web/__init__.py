"""The web application: pages rendered on the server, by chapter. It composes, and decides nothing."""
