"""What was signed, on paper: the DOCX and the PDF say the same words, of one round, of two, and of the short list."""

from __future__ import annotations

from collections import Counter
from io import BytesIO

import docx
import pytest
from docx.document import Document
from orientir_testkit.cast import Cast, make_municipality, make_school, make_user
from orientir_testkit.contests import make_defence, make_entry, make_expert, sent_sheet
from orientir_testkit.papers import page_texts

from orientir.db import db
from orientir_practices import papers, protocol, queries, results, rounds, shortlist, stages
from orientir_practices.jury_models import Juror, Protocol
from orientir_practices.models import Contest, Stage
from orientir_practices.rights import CHAIR

TORN = "\x02"  # what a reader of PDF makes of a hyphen at the end of a line
DRAWN = {"_"}  # lines to sign on are strokes in one and underscores in the other


def words_of_docx(document: Document) -> Counter[str]:
    texts = [one.text for one in document.paragraphs]
    texts += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return Counter(word for text in texts for word in text.split() if set(word) != DRAWN)


def words_of_pdf(pdf: bytes) -> Counter[str]:
    """Return the words of all pages without the number of each and without the bullets of lists."""
    found: Counter[str] = Counter()
    for text in page_texts(pdf):
        found += Counter(text.replace("\u200b", "").replace("\ufffe", "").replace(TORN, "-").split())
    pages = len(page_texts(pdf))
    for page in range(1, pages + 1):
        found -= Counter([str(page), "/", str(pages)])
    return found - Counter({"•": found["•"]})


@pytest.fixture
def jurors(judged: Contest, cast: Cast) -> list[Juror]:
    """Three experts; three entries with 80, 80 and 40, the first two equal by everything but the time."""
    judged.region.is_demo, judged.ties = True, ["К3", "firsts"]
    town = make_municipality(cast.region, "Дальний")
    jurors = [make_expert(judged, f"Эксперт {number}") for number in range(3)]
    for number, score in ((20, 4), (21, 4), (22, 2)):
        entry = make_entry(judged, make_school(town, f"Школа № {number}"), title=f"Практика <{number}> & «опыт»")
        for juror in jurors:
            sent_sheet(entry, juror, score)
    return jurors


def signed_results(contest: Contest) -> Protocol:
    chair = make_user(CHAIR, contest.scope, "Анна Борисовна Верная")
    lines = results.lines_of(contest)
    protocol.give_places(contest, {lines[0].entry.id: (1, "По решению жюри")}, actor=None)
    signed = protocol.sign(contest, actor=chair.id)
    db.session.commit()
    return signed


def assert_alike(signed: Protocol) -> Document:
    pdf, content = papers.protocol_pdf(signed), papers.protocol_docx(signed)
    document = docx.Document(BytesIO(content))
    assert words_of_docx(document) == words_of_pdf(pdf)
    assert content == papers.protocol_docx(signed)
    return document


def test_of_one_round(judged: Contest, jurors: list[Juror]):
    stages.move(judged, Stage.PROTOCOL, actor=None)
    signed = signed_results(judged)
    document = assert_alike(signed)
    headings = [one.text for one in document.paragraphs if one.style.name.startswith("Heading")]
    assert headings == ["Протокол заседания жюри", "Проба профессии", "Равные итоги"]
    [table] = document.tables
    assert [table.rows[1].cells[place].text for place in (0, 5)] == ["1–2", "первое место"]
    assert "По решению жюри" in table.rows[1].cells[2].text
    text = "\n".join(one.text for one in document.paragraphs).replace("\xa0", " ")
    assert "среднее 3 оценок" in text
    assert "всегда среднее арифметическое" in text
    assert "Анна Борисовна Верная" in text
    assert signed.digest in text
    names = {juror.user.name for juror in jurors}
    assert not any(name in text for name in names), "experts sign by hand"


def test_of_two_rounds_and_of_the_short_list(judged: Contest, jurors: list[Juror], as_user):
    make_defence(judged)
    stages.move(judged, Stage.SHORTLIST, actor=None)
    shown = assert_alike(shortlist.sign(judged, actor=None))
    assert [row.cells[5].text for row in shown.tables[0].rows] == ["На защиту", "да", "да", "нет"]
    stages.move(judged, Stage.DEFENCE, actor=None)
    for entry, score in zip(queries.read_in(judged, rounds.DEFENCE), (3, 5), strict=True):
        for juror in jurors[:2]:
            sent_sheet(entry, juror, score, rounds.DEFENCE)
    stages.move(judged, Stage.PROTOCOL, actor=None)
    document = assert_alike(signed_results(judged))
    rows = [[cell.text.replace("\xa0", " ") for cell in row.cells] for row in document.tables[0].rows]
    assert rows[1][3:5] == ["Заочная экспертиза: 80,00 (80, 80, 80)\nЗащита: 100,00 (100, 100)", "88,00"]
    assert rows[3][4] == "не в шорт-листе"
    client = as_user(make_user(CHAIR, judged.scope))
    for name, sign in (("protocol.docx", b"PK"), ("shortlist.docx", b"PK"), ("shortlist.pdf", b"%PDF")):
        answer = client.get(f"/practices/contests/{judged.id}/{name}")
        assert (answer.status_code, answer.data[: len(sign)]) == (200, sign)


def test_before_anything_is_signed_there_is_no_paper(judged: Contest, jurors: list[Juror], as_user):
    client = as_user(make_user(CHAIR, judged.scope))
    db.session.commit()
    assert client.get(f"/practices/contests/{judged.id}/protocol.docx").status_code == 409
    assert client.get(f"/practices/contests/{judged.id}/shortlist.docx").status_code == 409
