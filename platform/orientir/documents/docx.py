"""DOCX from headings, paragraphs and tables: what people send on, sign by hand or paste into an order.

The same paper goes out as a PDF from a typst template; both are made of one set of words. Headings are real ones, the
head of a table stands again on each page, the language is told, so that a screen reader reads it as it is written. A
file names nobody but the organisation it is of: no author, no editor, no machine.

python-docx is loaded with the first document: it takes 20 MB, and most processes write none.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from orientir.i18n import current_locale

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table as WordTable
    from docx.text.paragraph import Paragraph as WordParagraph

MIMETYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FONT = "Times New Roman"  # what every office program has, with Cyrillic
SIDE, TOP, PAGE_WIDTH, PAGE_HEIGHT = 18, 18, 210, 297  # millimetres of A4
SMALL, PLAIN = 9, 11  # points
ZIPPED_AT = (1980, 1, 1, 0, 0, 0)  # the same words give the same file
COUNTRY = {"ru": "RU"}
UNFIT = re.compile(r"[^\t\n\r -\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")  # what no XML can hold
LONGEST_FACT = 255  # signs of a title or an author in the properties of a document


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is the title of the paper, of which there is one."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Text:
    """A paragraph; an item of a list is one of several that belong together."""

    text: str
    is_small: bool = False
    is_item: bool = False


@dataclass(frozen=True)
class Grid:
    """A table: `head` names the columns, `widths` are in millimetres; a cell is its lines, or one as a plain string.

    Of the columns in `strong` the first line is bold.
    """

    head: Sequence[str]
    rows: Sequence[Sequence[str | Sequence[str]]]
    widths: Sequence[float]
    strong: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Signature:
    """A line to sign on, between what the person is and the name, where it is known."""

    role: str
    name: str = ""


Block = Heading | Text | Grid | Signature


def render_docx(title: str, blocks: Sequence[Block], *, publisher: str, made_at: datetime) -> bytes:
    """Return the document; the same input gives the same bytes. `publisher` is the organisation, `made_at` aware."""
    import docx

    document = docx.Document()
    _prepare(document, title, publisher, made_at)
    for block in blocks:
        if isinstance(block, Heading):
            document.add_heading(_fit(block.text), block.level)
        elif isinstance(block, Text):
            _add_text(document, block)
        elif isinstance(block, Grid):
            _add_grid(document, block)
        else:
            _add_signature(document, block)
    stream = BytesIO()
    document.save(stream)
    return _timeless(stream.getvalue())


def _prepare(document: Document, title: str, publisher: str, made_at: datetime) -> None:
    from docx.shared import Mm, Pt, RGBColor

    facts = document.core_properties
    facts.title, facts.author = _fit(title)[:LONGEST_FACT], _fit(publisher)[:LONGEST_FACT]
    facts.last_modified_by = facts.comments = ""
    facts.language = _language()
    facts.created = facts.modified = made_at.replace(tzinfo=None, microsecond=0)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(PAGE_WIDTH), Mm(PAGE_HEIGHT)
    section.left_margin = section.right_margin = Mm(SIDE)
    section.top_margin = section.bottom_margin = Mm(TOP)
    sizes = {"Normal": PLAIN, "Title": 18, "Heading 1": 18, "Heading 2": 13, "List Bullet": PLAIN}
    for name, size in sizes.items():
        style: Any = document.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(size), RGBColor(0, 0, 0)
        _set_fonts(style.element.get_or_add_rPr())
    _speak(document)
    _number_pages(section.footer.paragraphs[0])


def _language() -> str:
    language = current_locale().language
    return f"{language}-{COUNTRY[language]}" if language in COUNTRY else language


def _set_fonts(properties: Any) -> None:  # noqa: ANN401 - an element of lxml
    """Name the font for every script: a style of the template names one of its theme for some."""
    from docx.oxml.ns import qn

    fonts = properties.get_or_add_rFonts()
    for name in [*fonts.attrib]:
        del fonts.attrib[name]
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), FONT)


def _speak(document: Document) -> None:
    """Tell the language of all text, which a screen reader speaks by and a program checks spelling by."""
    from docx.oxml.ns import qn

    for element in document.styles.element.iter(qn("w:lang")):
        for name in [*element.attrib]:
            del element.attrib[name]
        for script in ("val", "eastAsia"):
            element.set(qn(f"w:{script}"), _language())


def _number_pages(paragraph: WordParagraph) -> None:
    """Put the number of the page below, as a field the office program fills in."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)  # noqa: SLF001 - python-docx has no fields


def _add_text(document: Document, block: Text) -> None:
    from docx.shared import Pt

    paragraph = document.add_paragraph(style="List Bullet" if block.is_item else None)
    run = paragraph.add_run(_fit(block.text))
    if block.is_small:
        run.font.size = Pt(SMALL)


def _add_grid(document: Document, block: Grid) -> None:
    """Add a table whose head stands again on each page and whose rows are never torn between two."""
    from docx.shared import Mm

    table = document.add_table(rows=0, cols=len(block.head), style="Table Grid")
    table.autofit = False
    for place, width in enumerate(block.widths):
        table.columns[place].width = Mm(width)
    _add_row(table, block, block.head, is_head=True)
    for row in block.rows:
        _add_row(table, block, row, is_head=False)


def _add_row(table: WordTable, block: Grid, cells: Sequence[str | Sequence[str]], *, is_head: bool) -> None:
    from docx.oxml import OxmlElement
    from docx.shared import Mm, Pt

    row: Any = table.add_row()  # type: ignore[no-untyped-call]
    properties = row._tr.get_or_add_trPr()  # noqa: SLF001 - python-docx has no rows that repeat
    properties.append(OxmlElement("w:cantSplit"))
    if is_head:
        properties.append(OxmlElement("w:tblHeader"))
    for place, (cell, said) in enumerate(zip(row.cells, cells, strict=True)):
        cell.width = Mm(block.widths[place])
        lines = [said] if isinstance(said, str) else [line for line in said if line]
        for number, line in enumerate(lines):
            paragraph = cell.paragraphs[0] if not number else cell.add_paragraph()
            paragraph.paragraph_format.space_after = Pt(0)
            run = paragraph.add_run(_fit(line))
            run.font.size = Pt(SMALL)
            run.bold = is_head or (place in block.strong and not number)


def _add_signature(document: Document, block: Signature) -> None:
    from docx.shared import Mm, Pt

    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(18)
    for stop in (45, 110):
        paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(stop))
    paragraph.add_run(f"{_fit(block.role)}\t")
    paragraph.add_run("_" * 28)
    paragraph.add_run(f"\t{_fit(block.name)}" if block.name else "")


def _fit(text: str) -> str:
    """Return text without the signs no document can hold: what people paste brings them along."""
    return UNFIT.sub("", text)


def _timeless(content: bytes) -> bytes:
    """Return the package with one date on all its parts."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, ZIPPED_AT), old.read(name), zipfile.ZIP_DEFLATED)
    return made.getvalue()
