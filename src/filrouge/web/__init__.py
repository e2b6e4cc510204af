"""The web application: pages and JSON API, mirrored by chapter."""
