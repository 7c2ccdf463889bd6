"""The countries are those of ISO 3166-1."""

from domain.countries import COUNTRIES


def test_a_country_has_two_capital_letters() -> None:
    assert len(COUNTRIES) == 249
    assert all(len(code) == 2 and code.isascii() and code.isalpha() and code.isupper() for code in COUNTRIES)


def test_codes_that_are_reserved_or_withdrawn_are_not_among_them() -> None:
    assert COUNTRIES.isdisjoint({"UK", "EU", "XK", "AN", "CS", "SU", "YU", "ZZ", "AA"})
    assert {"GB", "DE", "US", "BR", "SS", "CW", "BQ", "TR"} <= COUNTRIES
