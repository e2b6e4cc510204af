"""Typst: pages on paper (PDF, PNG, SVG), made by the server without a browser."""
