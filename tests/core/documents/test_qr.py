from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from orientir_testkit.papers import page_codes

from orientir.documents.pdf import render_pdf
from orientir.documents.qr import qr_svg

LINK = "https://orientir.example.ru/k/481720936614"


def _modules(svg: str) -> int:
    found = re.search(r'viewBox="0 0 (\d+) \1"', svg)
    assert found
    return int(found[1])


def test_a_short_link_makes_a_coarse_pattern():
    assert len(LINK) == 42
    assert _modules(qr_svg(LINK, border=0)) == 29


def test_it_brings_the_white_that_readers_need():
    assert _modules(qr_svg(LINK)) == 29 + 2 * 4


def test_it_is_one_drawing_that_a_page_may_hold():
    root = ET.fromstring(qr_svg(LINK))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert [child.tag for child in root] == ["{http://www.w3.org/2000/svg}path"]
    assert "style" not in root.attrib


@pytest.mark.parametrize("text", [LINK, "481720936614", "https://школа.рф/k/1?a=<b>&c=\"d\"'e'", "Ы" * 200])
def test_a_camera_reads_back_what_was_written(tmp_path: Path, text: str):
    template = tmp_path / "one.typ"
    template.write_text('#import "/base.typ": *\n#show: paper.with("QR")\n#qr(data.svg, 80mm, "QR")')
    assert page_codes(render_pdf(template, {"svg": qr_svg(text)})) == [[text]]
