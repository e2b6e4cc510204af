"""Looking into a PDF, as far as tests need it."""

import re
import zlib


def words(pdf: bytes) -> str:
    """The characters that a PDF says it shows, from the tables that copying and pasting uses."""
    found = []
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.S):
        try:
            text = zlib.decompress(stream).decode("latin-1")
        except zlib.error:
            continue
        if "beginbfchar" in text:
            found += re.findall(r"<[0-9A-F]+> <([0-9A-F]+)>", text)
    return "".join(bytes.fromhex(code).decode("utf-16-be") for code in found)


def pages(pdf: bytes) -> int:
    """How many pages it has."""
    return int(re.search(rb"/Type\s*/Pages.*?/Count\s+(\d+)", pdf, re.DOTALL)[1])
