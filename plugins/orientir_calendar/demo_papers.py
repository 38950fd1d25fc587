"""Papers of the demo's events: a programme as PDF, rules as DOCX, the way a host would attach them."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

from orientir.documents.pdf import render_pdf
from orientir.files.reading import read_upload
from orientir.i18n import _
from orientir.web.formats import hour, moment
from orientir_calendar import services
from orientir_calendar.entries import place_words
from orientir_calendar.models import Event

PROGRAMME = Path(__file__).parent / "documents" / "programme.typ"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OPEN_XML = "http://schemas.openxmlformats.org"
OFFICE = f"{OPEN_XML}/officeDocument/2006/relationships/officeDocument"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
FIRST_TIME = (1980, 1, 1, 0, 0, 0)  # the same file each time


def attach_papers(excursion: Event, club: Event) -> None:
    """Give an excursion its programme and its rules, and a series its rules."""
    _attach(excursion, _programme(excursion), _("Программа экскурсии.pdf"), "programme")
    rules = (_("Группа до 25 человек и один сопровождающий."), _("Паспорт или копия, закрытая обувь."),
             _("Снимать можно только в музее."))  # fmt: skip
    _attach(excursion, _document(excursion.title, rules), _("Положение об экскурсии.docx"), "rules")
    rules = (_("Клуб открыт для учеников 7–11 классов."), _("Занятия бесплатны, пропускать можно."),
             _("Проекты защищают на последней встрече."))  # fmt: skip
    _attach(club, _document(club.title, rules), _("Положение о клубе.docx"), "rules")


def _attach(event: Event, content: bytes, name: str, purpose: str) -> None:
    services.attach_paper(event, read_upload(content, name), purpose, actor=None)


def _programme(event: Event) -> bytes:
    begins, ends = hour(event.starts_at), hour(event.ends_at)
    lines = [
        (begins, _("Встреча у проходной, инструктаж")),
        (_("далее"), _("Сборочный цех, музей, разговор с инженерами")),
        (ends, _("Отъезд")),
    ]
    said = {"title": event.title, "when": moment(event.starts_at), "place": place_words(event), "lines": lines}
    return render_pdf(PROGRAMME, {**said, "host": event.organisation.name, "demo": _("ДЕМО")})


def _document(title: str, paragraphs: Sequence[str]) -> bytes:
    """Return a document of Word: a bold title and plain paragraphs."""
    body = _paragraph(_("Положение: %(title)s", title=title), "<w:rPr><w:b/></w:rPr>")
    body += "".join(map(_paragraph, (*paragraphs, _("ДЕМО: документ вымышлен."))))
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{OPEN_XML}/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{MAIN}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{OPEN_XML}/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{OFFICE}" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{WORDS}"><w:body>{body}</w:body></w:document>',
    }
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(zipfile.ZipInfo(name, FIRST_TIME), XML + content)
    return stream.getvalue()


def _paragraph(words: str, look: str = "") -> str:
    return f'<w:p><w:r>{look}<w:t xml:space="preserve">{escape(words)}</w:t></w:r></w:p>'
