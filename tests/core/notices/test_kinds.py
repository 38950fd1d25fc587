"""Kinds of notices and the words they become: mistakes are found at start, whatever people typed is only words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orientir.contracts import Manifest, NoticeKind, Reminder, Urgency
from orientir.errors import PluginError
from orientir.notices.kinds import PLATFORM
from orientir.notices.wording import chat_text, words_of

KIND = NoticeKind("fair.news", "Новость", "%(what)s: 100 %%", "Вот: %(what)s.\nИ ещё %(more)s")


@pytest.mark.parametrize("key", ["news", "Fair.news", "fair.", "fair.news.two", "fair.news\n", ""])
def test_a_key_names_its_plugin(key: str):
    with pytest.raises(PluginError, match=r"plugin\.kind"):
        NoticeKind(key, "Новость", "а", "б")


@pytest.mark.parametrize("template", ["%s", "%(what)d", "100 %", "%(what)", "%", "%%%"])
def test_a_place_that_could_not_be_filled_is_refused_at_start(template: str):
    with pytest.raises(PluginError, match="places"):
        NoticeKind("fair.news", "Новость", template, "б")


def test_a_plugin_brings_only_its_own():
    with pytest.raises(PluginError, match=r"notice «plans\.news» must start with"):
        Manifest("fair", "Ярмарка", package="fair", notices=(NoticeKind("plans.news", "а", "б", "в"),))
    rule = Reminder(NoticeKind("plans.news", "а", "б", "в"), lambda _today, _region: [], (0,))
    with pytest.raises(PluginError, match="must start with"):
        Manifest("fair", "Ярмарка", package="fair", reminders=(rule,))


@pytest.mark.parametrize("steps", [(), (3, 0), (0, 0)])
def test_steps_of_a_reminder_go_up(steps: tuple[int, ...]):
    with pytest.raises(PluginError, match="steps go up"):
        Reminder(KIND, lambda _today, _region: [], steps)


def test_every_kind_of_the_platform_becomes_words():
    for kind in PLATFORM:
        words = words_of(kind, {name: f"[{name}]" for name in kind.places})
        assert words.subject
        assert all(f"[{name}]" in words.subject + words.text for name in kind.places)
        assert kind.urgency in set(Urgency)


def test_a_value_that_is_missing_is_a_mistake_of_the_program():
    with pytest.raises(KeyError):
        words_of(KIND, {"what": "а"})


@pytest.mark.parametrize(
    ("typed", "subject", "text"),
    [
        ("%s %(more)s {} %%", "%s %(more)s {} %%: 100 %", "Вот: %s %(more)s {} %%."),
        ("а\x00б", "аб: 100 %", "Вот: аб."),
        ("Тема\r\nBcc: all@example.org", "Тема Bcc: all@example.org: 100 %", "Вот: Тема\nBcc: all@example.org."),
        ("\u202eнаоборот\u202c", "наоборот: 100 %", "Вот: наоборот."),
        ("\ud800", ": 100 %", "Вот: ."),
        ("<b>жирно</b>", "<b>жирно</b>: 100 %", "Вот: <b>жирно</b>."),
    ],
)
def test_what_people_typed_is_words_and_nothing_else(typed: str, subject: str, text: str):
    words = words_of(KIND, {"what": typed, "more": "всё"})
    assert words.subject == subject
    assert words.text == f"{text}\nИ ещё всё"


@given(st.text(max_size=6000), st.text(max_size=300))
def test_any_value_makes_a_subject_of_one_line_and_a_text_the_database_takes(what: str, more: str):
    words = words_of(KIND, {"what": what, "more": more})
    assert len(words.subject) <= 200
    assert len(words.text) <= 4000
    assert words.subject.isprintable() or not set(words.subject) & set("\r\n\x00\t\x0b\x85\u2028")
    assert "\x00" not in words.text
    words.text.encode()


def test_the_text_for_a_chat_is_plain(app):
    class Told:
        subject, text, url = "Тема", "Текст", "/notices"

    assert chat_text(Told()) == "Тема\nТекст\nОткрыть: https://orientir.example/notices"
