"""Telephones, e-mail and sites as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orientir.errors import InvalidInputError
from orientir.organisations.contact_words import phone_words, read_email, read_phone, read_site


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("8 (3952) 12-34-56", "+73952123456"),
        ("+7 395 212‑34‑56", "+73952123456"),
        ("7(39566)3-12-45", "+73956631245"),
        ("8-914-123-45-67", "+79141234567"),
        ("914 1234567", "+79141234567"),
        ("8 (3952) 12-34-56, доб. 12", "+73952123456,12"),
        ("8 (3952) 12-34-56 доб 1204", "+73952123456,1204"),
        ("8\u00a03952\u00a0123456 #7", "+73952123456,7"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_a_number_is_kept_in_one_form(typed: str, kept: str):
    assert read_phone(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "3-12-45",
        "12-34-56",
        "+49 30 123456",
        "8 (3952) 12-34-56, 12-34-57",
        "звонить Маше",
        "+7",
        "8" * 300,
        "\0",
        "８９１４",
    ],
)
def test_what_cannot_be_called_from_elsewhere_is_refused(typed: str):
    with pytest.raises(InvalidInputError) as refusal:
        read_phone(typed)
    assert refusal.value.field == "phone"


def test_a_number_is_shown_as_people_read_it():
    assert phone_words("+73952123456") == "+7\u00a0395\u00a0212\u201134\u201156"
    assert phone_words("+73952123456,12") == "+7\u00a0395\u00a0212\u201134\u201156, доб.\u00a012"


@given(st.from_regex(r"[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["", "12", "1204"]))
def test_a_number_that_was_shown_is_read_again(digits: str, extension: str):
    kept = f"+7{digits},{extension}" if extension else f"+7{digits}"
    assert read_phone(phone_words(kept)) == kept


@given(st.text(max_size=80))
def test_whatever_is_typed_is_read_or_refused(typed: str):
    for read in (read_phone, read_email, read_site):
        try:
            kept = read(typed)
        except InvalidInputError:
            continue
        assert kept.isprintable()
        assert read(kept) == kept


@pytest.mark.parametrize(
    "typed", ["a@b", "a b@c.ru", "@c.ru", "a@c.ru, b@c.ru", "a@c..ru", "a\0@c.ru", "a@" + "c" * 300 + ".ru"]
)
def test_what_is_no_address_of_mail_is_refused(typed: str):
    with pytest.raises(InvalidInputError):
        read_email(typed)


def test_mail_is_kept_in_small_letters():
    assert read_email(" School3@Example.ORG ") == "school3@example.org"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("school3.example.org", "https://school3.example.org"),
        (" https://school3.example.org/sps?page=2 ", "https://school3.example.org/sps?page=2"),
        ("школа3.рф", "https://школа3.рф"),
        ("", ""),
    ],
)
def test_a_site_is_an_https_address(typed: str, kept: str):
    assert read_site(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "http://school3.example.org",
        "javascript:alert(1)",
        "data://text/html",
        "https://example.org@evil.example",
        "https://user:word@example.org",
        "//evil.example",
        "https://",
        "https://localhost",
        "https://127.0.0.1",
        "https://[::1",
        "https://example.org:port",
        "https://example.org/ <script>",
        "https://example.org/\u202e",
        "https://example.org/" + "a" * 400,
        "сайта нет",
        "\0",
    ],
)
def test_what_is_no_site_is_refused(typed: str):
    with pytest.raises(InvalidInputError) as refusal:
        read_site(typed)
    assert refusal.value.field == "site"


@pytest.mark.parametrize("kept", ["+73952123456", "+73952123456,12"])
def test_a_kept_number_is_read_as_it_stands(kept: str):
    assert read_phone(kept) == read_phone(phone_words(kept)) == kept
