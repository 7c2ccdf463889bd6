"""Splitting amounts, and amounts as text."""

import tracemalloc
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.money import allocate, share_so_far
from services.currency import exponent, format_minor, is_currency, parse_minor

# A busy machine must not fail a test: no deadline, and examples may be drawn slowly.
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
TOTALS = st.integers(-(10**12), 10**12)
WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=40)


@CALM
@given(TOTALS, WEIGHTS)
def test_the_parts_of_a_split_sum_to_the_total(total: int, weights: list[int]) -> None:
    parts = allocate(total, weights)
    assert len(parts) == len(weights)
    assert sum(parts) == total


@CALM
@given(TOTALS, WEIGHTS.filter(any))
def test_each_part_is_its_exact_share_rounded_down_or_up(total: int, weights: list[int]) -> None:
    for part, weight in zip(allocate(total, weights), weights, strict=True):
        assert abs(part * sum(weights) - total * weight) < sum(weights)


@CALM
@given(st.integers(0, 10**12), WEIGHTS.filter(any))
def test_the_rest_of_a_split_goes_to_the_largest_remainders_first(total: int, weights: list[int]) -> None:
    exact = [divmod(total * weight, sum(weights)) for weight in weights]
    raised = [part > whole for part, (whole, _) in zip(allocate(total, weights), exact, strict=True)]
    order = sorted(range(len(weights)), key=lambda n: (-exact[n][1], n))
    assert [raised[n] for n in order] == sorted(raised, reverse=True)


@CALM
@given(TOTALS, WEIGHTS)
def test_a_negative_total_is_split_like_its_positive(total: int, weights: list[int]) -> None:
    assert allocate(-total, weights) == [-part for part in allocate(total, weights)]


def test_the_earlier_of_two_equal_remainders_gets_the_cent() -> None:
    assert allocate(101, [1, 1]) == [51, 50]
    assert allocate(-101, [1, 1]) == [-51, -50]
    assert allocate(100, [1, 1, 1]) == [34, 33, 33]


def test_a_larger_remainder_goes_before_an_earlier_one() -> None:
    assert allocate(10, [1, 3, 3]) == [2, 4, 4]
    assert allocate(10, [33, 34, 33]) == [3, 4, 3]


def test_weights_that_are_all_zero_count_as_equal() -> None:
    assert allocate(8, [0, 0, 0]) == [3, 3, 2]


def test_a_weight_of_zero_gets_nothing() -> None:
    assert allocate(101, [0, 1, 0, 1]) == [0, 51, 0, 50]


def test_only_an_amount_of_zero_can_be_split_over_no_weights() -> None:
    assert allocate(0, []) == []
    with pytest.raises(ValueError, match="over no weights"):
        allocate(1, [])


def test_a_negative_weight_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        allocate(10, [3, -1])


@CALM
@given(st.integers(0, 10**12), st.integers(1, 80_995), st.data())
def test_shares_in_any_steps_telescope_to_the_total(total: int, of: int, data: st.DataObject) -> None:
    steps = sorted(data.draw(st.lists(st.integers(0, of), max_size=8)))
    marks = [share_so_far(total, units, of) for units in [0, *steps, of]]
    assert marks == sorted(marks)
    assert (marks[0], marks[-1]) == (0, total)


@pytest.mark.parametrize(("units", "of"), [(-1, 3), (4, 3), (0, 0), (0, -1)])
def test_a_number_of_units_outside_of_the_whole_has_no_share(units: int, of: int) -> None:
    with pytest.raises(ValueError, match="not a share"):
        share_so_far(100, units, of)


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (1230, "EUR", "12.30"),
        (1230, "JPY", "1230"),
        (1230, "KWD", "1.230"),
        (1230, "CLF", "0.1230"),
        (5, "EUR", "0.05"),
        (-5, "EUR", "-0.05"),
        (-1230, "JPY", "-1230"),
        (0, "EUR", "0.00"),
        (0, "JPY", "0"),
    ],
)
def test_an_amount_is_written_with_the_digits_of_its_currency(minor: int, currency: str, text: str) -> None:
    assert format_minor(minor, currency) == text
    assert parse_minor(text, currency) == minor


@CALM
@given(st.integers(-(2**63) + 1, 2**63 - 1), st.sampled_from(["BRL", "JPY", "KWD", "UYW"]))
def test_a_formatted_amount_parses_to_the_same_amount(minor: int, currency: str) -> None:
    text = format_minor(minor, currency)
    assert parse_minor(text, currency) == minor
    assert parse_minor(Decimal(text), currency) == minor
    assert Decimal(text).scaleb(exponent(currency)) == minor


def test_missing_decimals_are_filled_with_zeros() -> None:
    assert parse_minor("12.3", "EUR") == 1230
    assert parse_minor("12", "KWD") == 12_000
    assert parse_minor(Decimal("1E+2"), "EUR") == 10_000


@pytest.mark.parametrize(
    ("amount", "currency"),
    [("12.345", "EUR"), ("1.000", "EUR"), ("1.0", "JPY"), ("1.2345", "KWD"), (Decimal("0.001"), "EUR")],
)
def test_more_decimals_than_the_currency_has_are_refused(amount: str | Decimal, currency: str) -> None:
    with pytest.raises(ValueError, match="more decimals"):
        parse_minor(amount, currency)


@pytest.mark.parametrize(
    "amount",
    [
        *("", "-", ".5", "5.", "1,50", "1_0", " 1", "1\n", "+1", "1e3", "NaN", "٣", "--1", "1.2.3", "1" * 20),
        *(Decimal(text) for text in ("NaN", "-Infinity", "1E+999999", "1E-999999")),
    ],
)
def test_a_text_that_is_not_a_plain_decimal_is_refused(amount: str | Decimal) -> None:
    with pytest.raises(ValueError, match="is not an amount"):
        parse_minor(amount, "EUR")


def test_a_giant_exponent_is_refused_without_being_written_out() -> None:
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match="is not an amount"):
            parse_minor(Decimal("1E+5000000"), "EUR")
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_an_amount_too_large_for_a_column_is_refused() -> None:
    assert parse_minor("92233720368547758.07", "EUR") == 2**63 - 1
    with pytest.raises(ValueError, match="too large"):
        parse_minor("92233720368547758.08", "EUR")


DIGITS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE "
    "CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD "
    "HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK "
    "MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD "
    "RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH "
    "USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG ",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
"""The currencies of 2026 by the digits of their minor units; what a later list lacks has been withdrawn."""


@pytest.mark.parametrize("code", ["", "eur", "EURO", "ZZZ", "XAU", "XXX", "None"])
def test_only_codes_with_a_minor_unit_are_currencies(code: str) -> None:
    assert not is_currency(code)
    with pytest.raises(ValueError, match="not a currency"):
        parse_minor("1", code)


@pytest.mark.parametrize("code", ["EURO", "ZZZ", "XAU"])
def test_an_amount_that_is_stored_is_readable_whatever_its_code(code: str) -> None:
    assert (format_minor(5, code), format_minor(-1230, code)) == ("0.05", "-12.30")


@pytest.mark.parametrize(
    ("code", "text"), [("BGN", "12.30"), ("HRK", "12.30"), ("DEM", "12.30"), ("ITL", "1230"), ("BYR", "1230")]
)
def test_a_withdrawn_currency_keeps_its_digits(code: str, text: str) -> None:
    assert is_currency(code)
    assert format_minor(1230, code) == text
    assert parse_minor(text, code) == 1230


def test_a_currency_that_the_list_of_the_library_drops_is_still_known() -> None:
    assert {code: exponent(code) for codes in DIGITS.values() for code in codes.split()} == {
        code: digits for digits, codes in DIGITS.items() for code in codes.split()
    }
    assert all(is_currency(code) for codes in DIGITS.values() for code in codes.split())


def test_every_currency_has_its_exponent_of_iso_4217() -> None:
    shown = {code: exponent(code) for code in ["EUR", "BRL", "JPY", "KRW", "KWD", "BHD", "CLF", "MRU"]}
    assert shown == {"EUR": 2, "BRL": 2, "JPY": 0, "KRW": 0, "KWD": 3, "BHD": 3, "CLF": 4, "MRU": 2}
    assert all(is_currency(code) for code in shown)
