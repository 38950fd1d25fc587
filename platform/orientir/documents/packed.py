"""Parts of packed documents (XLSX, DOCX, PPTX) as a stranger may have made them: read without ever trusting them."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Mapping
from lzma import LZMAError
from xml.parsers import expat

# What `zipfile` raises for a broken package.
DAMAGED = (zipfile.BadZipFile, zlib.error, LZMAError, EOFError, OSError, RuntimeError, ValueError)

Start = Callable[[str, Mapping[str, str]], None]


def read_elements(content: bytes, start: Start) -> None:
    """Tell `start` of every element of a part by its bare name; no entity is ever resolved.

    Raises ExpatError for what is no XML in UTF-8, ValueError for a DOCTYPE.
    """
    parser = expat.ParserCreate("UTF-8")
    parser.StartElementHandler = lambda tag, values: start(tag.rpartition(":")[2], values)
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.Parse(content, True)  # noqa: FBT003 - expat takes no keywords


def _refuse_doctype(*_details: object) -> None:
    raise ValueError("no office program writes a DOCTYPE; whoever does plays with entities")
