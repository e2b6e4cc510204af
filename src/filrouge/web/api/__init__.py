"""The JSON API: the artefacts of a product for programs, with the same operations as the pages."""
