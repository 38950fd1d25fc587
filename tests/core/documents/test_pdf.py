from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pypdfium2
import pytest
import typst
from flask import Flask
from orientir_testkit.papers import page_texts

from orientir.documents import pdf
from orientir.documents.pdf import DocumentError, render_pdf

SIMPLE = """
#import "/base.typ": *
#show: paper.with(data.title)
= #data.title
#data.body
#for line in data.at("lines", default: ()) { par(line) }
"""


@pytest.fixture
def template(tmp_path: Path) -> Path:
    made = tmp_path / "simple.typ"
    made.write_text(SIMPLE)
    return made


def _words(made: bytes) -> str:
    return " ".join("".join(page_texts(made)).split())


def test_it_is_tagged_titled_and_in_russian(template: Path):
    made = render_pdf(template, {"title": "Листки 9«А»", "body": "Текст"})
    assert b"<pdfuaid:part>1</pdfuaid:part>" in made
    assert re.search(rb"/MarkInfo<</Marked true", made)
    assert re.search(rb"/Lang ?\(ru", made)
    assert pypdfium2.PdfDocument(made).get_metadata_dict()["Title"] == "Листки 9«А»"


@pytest.mark.parametrize(
    "hostile",
    [
        "#let x = 1",
        "#panic()",
        '#read("/etc/passwd")',
        "*жирно* _курсив_ $x^2$",
        "\\ \\u{41} @ссылка <метка>",
        "= Заголовок",
        "// комментарий /* и ещё */",
        "`код` ~ --- ...",
        "{{ 7*7 }} %s %(name)s {0}",
        '"кавычки" \' и ]) }',
    ],
)
def test_what_people_type_is_printed_as_they_typed_it(template: Path, hostile: str):
    assert hostile in _words(render_pdf(template, {"title": hostile, "body": hostile}))


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Шко\0ла\x1b № 3\x7f", "Школа № 3"),
        ("Шко\u202eла\u200b\u2066", "Школа"),
        ("две\nстроки\tи\u2028ещё", "две строки и ещё"),
        ("и\u0306од", "йод"),
        ("Школа 🏫 漢字", "Школа � ��"),
        ("край\ud800", "край"),
        ("Үлэгшэн Һургуули Өөрөө", "Үлэгшэн Һургуули Өөрөө"),
    ],
)
def test_signs_without_a_shape_do_not_stop_the_press(template: Path, typed: str, printed: str):
    assert printed in _words(render_pdf(template, {"title": "Проба", "body": typed}))


def test_lists_and_nested_data_are_cleaned_too(template: Path):
    assert "один два" in _words(render_pdf(template, {"title": "Проба", "body": "", "lines": ("оди\0н", "дв\0а")}))


def test_whatever_it_calls_drawable_the_fonts_can_draw(template: Path):
    signs = "".join(
        chr(code) for block in pdf.DRAWABLE for code in block if unicodedata.category(chr(code))[0] not in "CZ"
    )
    template.write_text(SIMPLE + "#strong(data.body)\n#emph(data.body)\n#code(data.body, 9pt)")
    assert render_pdf(template, {"title": "Проба", "body": signs + pdf.NO_GLYPH})


def test_the_same_data_give_the_same_bytes(template: Path):
    data = {"title": "Проба", "body": "Текст"}
    assert render_pdf(template, data) == render_pdf(template, data)


def test_it_takes_no_font_of_the_machine(template: Path):
    template.write_text(SIMPLE + '#text(font: "DejaVu Serif", data.body)')
    made = render_pdf(template, {"title": "Проба", "body": "Текст"})
    assert set(re.findall(rb"/BaseFont/\w+\+(\w+)", made)) == {b"LibertinusSerif"}


@pytest.mark.parametrize("path", ["/etc/passwd", "../secret.txt", "/../secret.txt"])
def test_a_template_reads_nothing_outside_its_folder(tmp_path: Path, path: str):
    (tmp_path / "secret.txt").write_text("тайна")
    folder = tmp_path / "documents"
    folder.mkdir()
    template = folder / "nosy.typ"
    template.write_text(f'{SIMPLE}#read("{path}")')
    with pytest.raises(DocumentError):
        render_pdf(template, {"title": "Проба", "body": ""})


def test_a_broken_template_names_its_fault_to_us_and_not_to_the_reader(template: Path):
    template.write_text(SIMPLE + "#data.missing")
    with pytest.raises(DocumentError, match="Документ не получилось собрать") as caught:
        render_pdf(template, {"title": "Проба", "body": ""})
    assert caught.value.status == 500
    assert isinstance(caught.value.__cause__, typst.TypstError)
    assert "missing" in str(caught.value.__cause__)


def test_a_picture_without_words_for_the_blind_is_refused(template: Path):
    template.write_text(SIMPLE + '#image(bytes("<svg xmlns=\'http://www.w3.org/2000/svg\'/>"), format: "svg")')
    with pytest.raises(DocumentError):
        render_pdf(template, {"title": "Проба", "body": ""})


def test_it_needs_no_request(template: Path):
    bare = Flask(__name__)
    with bare.app_context():
        assert render_pdf(template, {"title": "Проба", "body": ""}).startswith(b"%PDF-")
