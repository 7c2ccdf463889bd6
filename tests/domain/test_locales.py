"""The names of languages have the shape of BCP 47, and one spelling."""

import pytest

from domain.locales import locale


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        *(
            ("en", "en"),
            ("DE-at", "de-AT"),
            ("zh-hant-tw", "zh-Hant-TW"),
            ("es-419", "es-419"),
            ("SL-ROZAJ", "sl-rozaj"),
        ),
        *(("de-1996", "de-1996"), ("de-de-1996", "de-DE-1996"), ("en-u-CA-gregory", "en-u-ca-gregory")),
        *(("de-x-Ab-Cdef", "de-x-ab-cdef"), ("sr-Latn-RS", "sr-Latn-RS"), ("yue", "yue"), ("aaaaaaaa", "aaaaaaaa")),
    ],
)
def test_a_language_has_one_spelling(text: str, spelled: str) -> None:
    assert locale(text) == spelled
    assert locale(spelled) == spelled


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "e", "de_AT", "de-", "-de", "de--AT", " de", "de ", "de\n", "de-a", "x-a", "de-abcdefghi", "123"),
        *("dſ", "\u212aa", "dé", "de-AT-x", "de-" + "abcde-" * 6 + "abcde", "*", "de-*", "aaaaaaaaa"),
    ],
)
def test_what_no_language_is_called_has_none(text: str) -> None:
    assert locale(text) is None
