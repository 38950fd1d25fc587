"""What may be kept of what people send: told by its content, whatever it is called."""

from __future__ import annotations

import zipfile
from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from orientir_testkit.files import OFFICE, PDF, docx, packed, picture, pptx, relation, types
from PIL import Image

from orientir.errors import InvalidInputError
from orientir.files.kinds import DOCUMENTS, PICTURES, FileKind
from orientir.files.reading import kind_of, read_upload, title_of
from orientir.web.uploads import LARGEST_FILE

EXE = b"MZ\x90\x00\x03" + b"\0" * 200
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
OLD_DOC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
MACRO_MAIN = "application/vnd.ms-word.document.macroEnabled.main+xml"
VBA = "application/vnd.ms-office.vbaProject"


def refusal(content: bytes, name: str = "положение.pdf") -> str:
    with pytest.raises(InvalidInputError) as refused:
        read_upload(content, name)
    return str(refused.value)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, FileKind.PDF),
        (docx(), FileKind.DOCX),
        (pptx(), FileKind.PPTX),
        (picture("JPEG"), FileKind.JPG),
        (picture("PNG"), FileKind.PNG),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_content_tells_the_kind(content: bytes, kind: FileKind):
    assert read_upload(content, "как угодно.exe").kind == kind


@pytest.mark.parametrize(
    "content",
    [EXE, SVG, b"<html><script>", b"GIF89a" + b"\0" * 50, packed({"a.txt": b"1"}), packed({"META-INF/M.MF": b""}),
     docx(main="spreadsheetml.sheet"), b"PK\x03\x04", b"\0"],
    ids=["exe", "svg", "html", "gif", "zip", "jar", "xlsx", "head of a zip", "nul"],
)  # fmt: skip
def test_what_is_none_of_them_is_refused_whatever_its_name(content: bytes):
    assert "По содержимому это не" in refusal(content) or "повреждён" in refusal(content)


def test_the_refusal_names_what_fits_and_what_to_do():
    assert "PDF, DOCX, PPTX, JPG\u00a0или PNG" in refusal(EXE)
    assert "Сохраните его как PDF" in refusal(OLD_DOC)
    with pytest.raises(InvalidInputError, match=r"JPG.или PNG"):
        read_upload(PDF, "скан.jpg", PICTURES)
    with pytest.raises(InvalidInputError, match=r"PDF, DOCX.или PPTX"):
        read_upload(picture(), "скан.pdf", DOCUMENTS)


def test_nothing_and_too_much_are_refused():
    assert "пустой" in refusal(b"")
    assert "больше 10 МБ" in refusal(PDF + b" " * LARGEST_FILE)


# Documents


@pytest.mark.parametrize(
    "content",
    [
        docx(main="wordprocessingml.document", word__vbaProject_dot_bin=b"vba"),
        docx(VBA),
        docx("application/vnd.ms-office.activeX+xml"),
        docx(word__activeX__activeX1_dot_xml=b"<a/>"),
        packed({"[Content_Types].xml": types(MACRO_MAIN), "word/document.xml": b"<w/>"}),
        packed({"[CONTENT_TYPES].XML": types(MACRO_MAIN, f"{OFFICE}.wordprocessingml.document.main+xml")}),
        docx(word__embeddings__sheet1_dot_xlsx=docx(VBA, main="spreadsheetml.sheet")),
        pptx(
            ppt__embeddings__a_dot_docx=docx(
                word__embeddings__b_dot_xlsx=docx("application/vnd.ms-excel.macrosheet+xml")
            )
        ),
    ],
    ids=["a part", "a type", "activex type", "activex part", "docm", "docm as docx", "in a table", "deep in"],
)
def test_macros_are_refused(content: bytes):
    assert "макросы" in refusal(content, "положение.docx")


@pytest.mark.parametrize(
    "content",
    [
        docx(word__embeddings__oleObject1_dot_bin=b"any program"),
        docx(word__embeddings__run_dot_exe=EXE),
        docx(word__embeddings__run_dot_docx=packed({"run.exe": EXE})),
        docx(word___rels__document_dot_xml_dot_rels=relation("oleObject", "embeddings/o.bin", is_external=False)),
        docx(word___rels__document_dot_xml_dot_rels=relation("aFChunk", "other.mht", is_external=False)),
    ],
    ids=["ole", "a program", "a program in a zip", "told by a relation", "another format"],
)
def test_objects_of_other_programs_are_refused(content: bytes):
    assert "объект другой программы" in refusal(content)


@pytest.mark.parametrize(
    "link",
    [
        relation("oleObject", "https://evil.example/o.bin"),
        relation("image", "https://evil.example/pixel.png"),
        relation("attachedTemplate", "https://evil.example/t.dotm"),
        relation("attachedTemplate", "file://evil.example/share/t.dotm"),
        relation("attachedTemplate", "\\\\evil.example\\share\\t.dotm"),
        relation("attachedTemplate", "//evil.example/t.dotm"),
        relation("frame", "http://evil.example").replace(b"External", b"EXTERNAL"),
    ],
)
def test_parts_from_elsewhere_are_refused(link: bytes):
    assert "из другого места" in refusal(docx(word___rels__settings_dot_xml_dot_rels=link))


@pytest.mark.parametrize(
    "link",
    [
        relation("hyperlink", "https://orientir.example.org"),
        relation("attachedTemplate", "file:///C:\\Users\\a\\Normal.dotm"),
        relation("attachedTemplate", "Normal.dotm"),
        relation("image", "media/image1.png", is_external=False),
    ],
)
def test_links_and_local_templates_stay(link: bytes):
    assert kind_of(docx(word___rels__settings_dot_xml_dot_rels=link)) == FileKind.DOCX


def test_the_table_of_a_chart_stays():
    table = docx(main="spreadsheetml.sheet")
    assert kind_of(pptx(ppt__embeddings__Microsoft_Excel_Sheet1_dot_xlsx=table)) == FileKind.PPTX


def test_what_swells_is_refused_before_it_is_kept():
    swollen = docx(word__media__a_dot_bmp=b"\0" * (129 * 1024 * 1024))
    assert len(swollen) < LARGEST_FILE
    assert "слишком большой внутри" in refusal(swollen)


def test_many_small_bombs_share_one_measure():
    table = docx(main="spreadsheetml.sheet", xl__a_dot_bmp=b"\0" * (20 * 1024 * 1024))
    many = pptx(**{f"ppt__embeddings__t{number}_dot_xlsx": table for number in range(8)})
    assert len(many) < LARGEST_FILE
    assert "слишком большой внутри" in refusal(many)


def test_long_lists_of_relations_are_not_read():
    many = b"<R>" + b"<a/>" * (3 * 1024 * 1024) + b"</R>"
    assert "слишком большой внутри" in refusal(docx(word___rels__a_dot_rels=many))


def test_broken_and_ambiguous_packages_are_refused():
    twice = BytesIO(docx())
    with zipfile.ZipFile(twice, "a") as file:
        file.writestr("WORD/document.xml", b"<another/>")
    entities = docx(word___rels__a_dot_rels=b'<!DOCTYPE a [<!ENTITY e "e">]><a>&e;</a>')
    for content in (docx()[:-40], twice.getvalue(), entities, packed({"[Content_Types].xml": b"no xml"})):
        assert "повреждён" in refusal(content)
    assert "повреждён" in refusal(packed({"[Content_Types].xml": types("a")}, zipfile.ZIP_LZMA))


@pytest.mark.parametrize("word", [b"/JavaScript", b"/J#61vaScript", b"/Launch", b"/EmbeddedFile", b"/EmbeddedFiles "])
def test_a_pdf_that_acts_is_refused(word: bytes):
    assert "сценарий" in refusal(PDF.replace(b"/Catalog", b"/Catalog " + word + b" (a)"))


def test_a_pdf_that_is_cut_off_is_refused():
    assert "повреждён" in refusal(PDF[:-12])


# Pictures


@pytest.mark.parametrize("name", ["JPEG", "PNG"])
def test_nothing_of_a_picture_stays_but_its_points(name: str):
    sent = picture(name)
    assert b"GPS" in sent or Image.open(BytesIO(sent)).getexif().get_ifd(0x8825)
    kept = read_upload(sent + b"hidden behind the end", "фото.jpg").content
    with Image.open(BytesIO(kept)) as image:
        assert (dict(image.getexif()), image.size) == ({}, (40, 30))
        assert {"exif", "icc_profile", "comment", "Comment"} & set(image.info) == set()
    for trace in (b"Exif", "Ивановой".encode(), b"Ivanova", "дома".encode(), b"hidden"):
        assert trace not in kept


def test_a_picture_stands_upright_without_the_note_that_it_lay():
    kept = read_upload(picture(turned=True), "фото.jpg").content
    assert Image.open(BytesIO(kept)).size == (30, 40)


def test_a_large_picture_becomes_smaller_and_a_huge_one_is_refused():
    kept = read_upload(picture("JPEG", (6000, 3000)), "фото.jpg").content
    assert Image.open(BytesIO(kept)).size == (4000, 2000)
    assert "слишком много точек" in refusal(picture("PNG", (10_000, 5_001), "1"))
    assert "слишком много точек" in refusal(picture("PNG", (20_000, 10_000), "1"))


@pytest.mark.parametrize(
    ("name", "mode", "kept_mode"),
    [("PNG", "P", "RGB"), ("PNG", "1", "L"), ("PNG", "L", "L"), ("PNG", "RGBA", "RGBA"), ("PNG", "LA", "RGBA"),
     ("JPEG", "CMYK", "RGB"), ("JPEG", "L", "L")],
)  # fmt: skip
def test_pictures_of_every_mode_are_drawn_anew(name: str, mode: str, kept_mode: str):
    stream = BytesIO()
    Image.new(mode, (20, 10)).save(stream, name)
    kept = read_upload(stream.getvalue(), "а").content
    assert (Image.open(BytesIO(kept)).mode, Image.open(BytesIO(kept)).size) == (kept_mode, (20, 10))


def test_a_picture_of_sixteen_bits_keeps_its_greys():
    stream = BytesIO()
    Image.new("I;16", (4, 4), 0x8000).save(stream, "PNG")
    kept = Image.open(BytesIO(read_upload(stream.getvalue(), "а").content))
    assert abs(kept.convert("L").getpixel((0, 0)) - 0x80) <= 1


def test_a_cut_picture_is_refused():
    assert "Картинка повреждена" in refusal(picture("PNG", (200, 200))[:120])
    assert "Картинка повреждена" in refusal(picture("JPEG")[:-300])


SOUND = (PDF, docx(), pptx(), picture("JPEG"), picture("PNG"))


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # of notes that are thrown away unread
@given(st.sampled_from(SOUND), st.data())
def test_no_content_breaks_the_reader(sound: bytes, data: st.DataObject):
    """Spoilt anywhere, a file is either taken or refused in words."""
    spoilt = bytearray(sound)
    for _turn in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(spoilt) - 1))
        spoilt[place : place + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=6))
    with suppress(InvalidInputError):
        read_upload(bytes(spoilt), "а.pdf")


# Titles


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Положение о форуме.pdf", "Положение о форуме"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Документы\\план.docx", "план"),
        ("a\r\nContent-Type: x.pdf", "aContent-Type x"),
        ("\u202efdp.exe", "fdp"),
        (".pdf", "файл"),
        ("", "файл"),
        ("...", "файл"),
        ("<b>«Ёж»</b>?.png", "b"),
        ("а" * 500 + ".pdf", "а" * 120),
        ("итог\0.pdf", "итог"),
        ("v1.2 план", "v1.2 план"),
    ],
)
def test_a_name_is_only_a_title(name: str, title: str):
    assert title_of(name) == title
