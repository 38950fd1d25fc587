from orientir.organisations.search import search_key, search_words


def test_three_comes_before_twelve():
    names = ["Школа № 12", "Школа № 3", "школа №1"]
    assert sorted(names, key=search_key) == ["школа №1", "Школа № 3", "Школа № 12"]


def test_case_yo_and_the_number_sign_do_not_matter():
    assert search_key("Детский сад № 7 «БЕРЁЗКА»") == search_key("детский  сад №7 «Березка»")


def test_a_number_is_not_found_inside_another():
    assert not all(word in search_key("Школа № 13") for word in search_words("школа 3"))
    assert all(word in search_key("Школа № 13") for word in search_words("ШКОЛА №13"))


def test_signs_nobody_sees_are_left_out_of_a_question():
    assert search_words("шко\0ла\u202e 3") == ["шко", "ла", "000003"]
