"""A DOCX opened again: real headings, tables whose head stands on each page, the language, nobody's name inside."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from io import BytesIO

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from orientir.documents.docx import Grid, Heading, Signature, Text, render_docx

SIGNED = datetime(2026, 5, 18, 9, 30, tzinfo=UTC)
GRID = Grid(("№", "Практика"), [["1", ("Неделя в мастерских", "Школа № 3", "")], ["2", "Кем быть"]], (15, 150),
            frozenset({1}))  # fmt: skip
BLOCKS = (
    Heading("Протокол", 1), Text("Итог заявки"), Heading("Первые шаги"), GRID, Text("Равные", is_item=True),
    Text("Отпечаток", is_small=True), Signature("Председатель", "А. Б. Верный"), Signature("Члены жюри"),
)  # fmt: skip


def made(blocks=BLOCKS) -> bytes:
    return render_docx("Протокол конкурса", blocks, publisher="Центр профориентации", made_at=SIGNED)


@pytest.fixture
def opened():
    return docx.Document(BytesIO(made()))


def test_headings_are_headings_in_their_order(opened):
    found = [(one.style.name, one.text) for one in opened.paragraphs if one.style.name.startswith("Heading")]
    assert found == [("Heading 1", "Протокол"), ("Heading 2", "Первые шаги")]


def test_the_head_of_a_table_repeats_and_no_row_is_torn(opened):
    [table] = opened.tables
    marks = [{one.tag for one in row._tr.trPr} for row in table.rows]
    assert marks == [{qn("w:cantSplit"), qn("w:tblHeader")}, {qn("w:cantSplit")}, {qn("w:cantSplit")}]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["№", "Практика"], ["1", "Неделя в мастерских\nШкола № 3"], ["2", "Кем быть"],
    ]  # fmt: skip
    assert [run.bold for run in table.rows[1].cells[1].paragraphs[0].runs] == [True]


def test_the_language_is_told_to_whoever_reads_it_aloud(opened):
    [language] = opened.styles.element.iter(qn("w:lang"))
    assert language.get(qn("w:val")) == "ru-RU"
    assert opened.core_properties.language == "ru-RU"


def test_it_names_an_organisation_and_nobody(opened):
    facts = opened.core_properties
    assert (facts.title, facts.author, facts.last_modified_by, facts.comments) == (
        "Протокол конкурса", "Центр профориентации", "", "",
    )  # fmt: skip
    assert facts.created == facts.modified == SIGNED
    with zipfile.ZipFile(BytesIO(made())) as package:
        told = b"".join(package.read(name) for name in package.namelist() if name.startswith("docProps/"))
    assert b"python" not in told.lower()


def test_the_same_words_give_the_same_bytes():
    assert made() == made()


@settings(max_examples=30)
@given(st.text(max_size=60))
def test_no_text_breaks_it(text: str):
    """Whatever is pasted: signs no document can hold are left out, the others stay as they are."""
    content = render_docx(
        text, [Heading(text, 1), Text(text), Grid((text,), [[text]], (100,)), Signature(text, text)],
        publisher=text, made_at=SIGNED,
    )  # fmt: skip
    document = docx.Document(BytesIO(content))
    kept = "".join(sign for sign in text if sign in "\t\n\r" or (sign >= " " and sign not in "\ufffe\uffff"))
    assert document.paragraphs[1].text == kept.replace("\r", "\n")
