"""A copy for those who must not know whose a file is: nothing of what its programs and their owners wrote into it."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from orientir_testkit.files import OFFICE, RELATIONS, docx, packed, picture, relation, types
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, StreamObject, TextStringObject

from orientir.errors import InvalidInputError
from orientir.files.kinds import FileKind
from orientir.files.nameless import photograph_without_names, without_names, words_of
from orientir.files.reading import read_upload

SPOILT = ("Иванова", "Ivanova", "Телефон", "снято", "ivanova.example", "школа-7")


def has(content: bytes, word: str) -> bool:
    """Tell whether a file holds a word in any of the ways programs write it."""
    return any(word.encode(code) in content for code in ("utf-8", "utf-16-be", "utf-16-le"))


def everything_in(content: bytes) -> bytes:
    """Return a package unpacked, names and all, or a PDF with its streams unpacked."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(content)) as package:
            parts = [package.read(name) for name in package.namelist()]
            inner = [everything_in(part) for part in parts if part.startswith(b"PK")]
            return b"\n".join([*(name.encode() for name in package.namelist()), *parts, *inner])
    writer = PdfWriter(clone_from=BytesIO(content))
    for page in writer.pages:
        page.compress_content_streams(0)
    streams = [one.get_data() for one in writer._objects if isinstance(one, StreamObject) and "/DCT" not in str(one)]
    raw = [one._data for one in writer._objects if isinstance(one, StreamObject)]
    return b"\n".join([content, *streams, *raw, str(writer._objects).encode()])


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A PDF as a program of an office writes it: author, remark, outline, a link, a photograph with its camera."""
    page = PdfReader(BytesIO(_printed())).pages[0]
    writer = PdfWriter()
    writer.add_page(page)
    writer.add_metadata({"/Author": "Иванова Мария", "/Title": "План школа-7"})
    writer.add_outline_item(title="Иванова", page_number=0)
    writer.xmp_metadata = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>Ivanova</x:xmpmeta>"
    writer.add_uri(page_number=0, uri="https://ivanova.example/", rect=(10, 10, 50, 50))
    photograph = StreamObject()
    photograph._data = picture()
    photograph.update({NameObject("/Type"): NameObject("/XObject"), NameObject("/Subtype"): NameObject("/Image"),
                       NameObject("/Filter"): NameObject("/DCTDecode")})  # fmt: skip
    reference = writer._add_object(photograph)
    resources = writer.pages[0]["/Resources"].get_object()
    resources[NameObject("/XObject")] = DictionaryObject({NameObject("/P"): reference})
    writer.pages[0][NameObject("/PieceInfo")] = DictionaryObject({NameObject("/W"): TextStringObject("Иванова")})
    stream = BytesIO()
    writer.write(stream)
    return stream.getvalue()


def _printed() -> bytes:
    import typst

    return typst.compile(b"#set page(width: 10cm, height: 8cm)\n#set text(font: (\"PT Sans\", \"DejaVu Sans\"))\n"
                         + "Пять дней в мастерских".encode())  # fmt: skip


class TestPdf:
    def test_the_pages_stay_and_nothing_else_does(self, pdf: bytes):
        assert any(has(everything_in(pdf), word) for word in SPOILT)
        copy = without_names(pdf, FileKind.PDF)
        found = everything_in(copy)
        assert [word for word in SPOILT if has(found, word)] == []
        assert "мастерских" in words_of(copy, FileKind.PDF)
        assert len(PdfReader(BytesIO(copy)).pages) == 1
        assert PdfReader(BytesIO(copy)).metadata in (None, {})
        assert read_upload(copy, "x.pdf").kind == FileKind.PDF

    def test_the_same_twice(self, pdf: bytes):
        assert without_names(pdf, FileKind.PDF) == without_names(pdf, FileKind.PDF)

    @pytest.mark.parametrize("content", [b"%PDF-1.7\n%%EOF\n", b"%PDF-1.7\n" + bytes(500) + b"%%EOF", b"%PDF-"])
    def test_a_broken_one_is_told_in_words(self, content: bytes):
        for act in (without_names, words_of):
            with pytest.raises(InvalidInputError, match="авторов"):
                act(content, FileKind.PDF)


def test_a_photograph_keeps_its_points():
    from PIL import Image

    taken = picture()
    bare = photograph_without_names(taken)
    assert Image.open(BytesIO(bare)).tobytes() == Image.open(BytesIO(taken)).tobytes()
    assert not any(has(bare, word) for word in SPOILT)


BODY = (
    '<w:document xmlns:w="urn:w" xmlns:wp="urn:wp"><w:p><w:r w:rsidR="00AA"><w:t>Пять дней </w:t></w:r><w:r><w:t>'
    'в мастер</w:t></w:r><w:r><w:t>ских</w:t></w:r><w:commentReference w:id="1"/></w:p>'
    '<wp:docPr id="1" name="Иванова.jpg" descr="Ivanova у доски"/></w:document>'
)


def report(**more: bytes) -> bytes:
    """Return a document as Word leaves it: properties, remarks, people, a picture with a name, a link, a chart."""
    related = "".join(
        f'<Relationship Id="r{place}" Type="{RELATIONS}/{kind}" Target="{target}"{mode}/>'
        for place, (kind, target, mode) in enumerate(
            (
                ("comments", "comments.xml", ""),
                ("people", "people.xml", ""),
                ("image", "media/Иванова.jpg", ""),
                ("hyperlink", "https://ivanova.example/", ' TargetMode="External"'),
                ("package", "embeddings/t.xlsx", ""),
                ("customXml", "../customXml/item1.xml", ""),
                ("settings", "settings.xml", ""),
            )
        )
    )
    sheet = packed({
        "[Content_Types].xml": types("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"),
        "_rels/.rels": relation("core-properties", "docProps/core.xml", is_external=False),
        "docProps/core.xml": "<c>Иванова</c>".encode(),
    })  # fmt: skip
    main = f'<Override PartName="/word/document.xml" ContentType="{OFFICE}.wordprocessingml.document.main+xml"/>'
    return docx(
        **{
            "[Content_Types]_dot_xml": f'<Types xmlns="urn:types">{main}</Types>'.encode(),
            "word__document_dot_xml": BODY.encode(),
            "word___rels__document_dot_xml_dot_rels": f"<Relationships>{related}</Relationships>".encode(),
            "word__comments_dot_xml": "<c>Иванова</c>".encode(),
            "word__people_dot_xml": "<p>Иванова</p>".encode(),
            "word__settings_dot_xml": "<w:docVars><w:docVar w:val='Иванова'/></w:docVars>".encode(),
            "word__media__Иванова_dot_jpg": picture(),
            "word__embeddings__t_dot_xlsx": sheet,
            "customXml__item1_dot_xml": "<c>Иванова</c>".encode(),
            "docProps__core_dot_xml": "<c>Иванова</c>".encode(),
            "docProps__custom_dot_xml": "<c>Иванова</c>".encode(),
            **more,
        },
    )  # fmt: skip


class TestOffice:
    def test_what_is_read_stays_and_nothing_else_does(self):
        copy = without_names(report(), FileKind.DOCX)
        found = everything_in(copy)
        assert [word for word in SPOILT if has(found, word)] == []
        assert words_of(copy, FileKind.DOCX).strip() == "Пять дней в мастерских"
        assert read_upload(copy, "x.docx").kind == FileKind.DOCX
        with zipfile.ZipFile(BytesIO(copy)) as package:
            assert "word/comments.xml" not in package.namelist()
            assert len([name for name in package.namelist() if name.endswith(".jpg")]) == 1
            assert {info.date_time[0] for info in package.infolist()} == {1980}

    def test_corrections_nobody_accepted_are_refused(self):
        spoilt = report(word__document_dot_xml=b'<w:document><w:ins w:author="Ivanova"/></w:document>')
        with pytest.raises(InvalidInputError, match="правки"):
            without_names(spoilt, FileKind.DOCX)

    def test_a_drawing_we_cannot_draw_anew_is_refused(self):
        related = relation("image", "media/Ivanova.emf", is_external=False)
        spoilt = report(word___rels__document_dot_xml_dot_rels=related, word__media__Ivanova_dot_emf=b"Ivanova")
        with pytest.raises(InvalidInputError, match="emf"):
            without_names(spoilt, FileKind.DOCX)
