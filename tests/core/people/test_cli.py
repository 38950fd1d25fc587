"""`orientir user forget`."""

from __future__ import annotations

from orientir_testkit.commands import ask, assert_refused


def test_a_person_is_forgotten(run, url: str):
    run("init")
    run("user", "add", "zoya@example.org", "--name", "Зоя Павловна", "--password", "весна-в-приозёрске")
    assert run("user", "forget", "ZOYA@example.org").output.endswith("забыта.\n")
    [(email, name, key)] = ask(url, "SELECT email, name, search_key FROM account")
    assert "zoya" not in email + key
    assert name == "—"
    assert_refused(run("user", "forget", "zoya@example.org"), "zoya@example.org")
