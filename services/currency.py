"""Currencies of ISO 4217, those that were withdrawn too, and amounts as people write them."""

import re
from decimal import Decimal

from iso4217 import Currency

_WITHDRAWN_WHOLE = "ADP BEF BYB BYR ESP GRD ITL LUF MGF PTE TPE TRL"
_WITHDRAWN_CENTS = (
    "AFA ANG AOK AON AOR ARA ATS AYM AZM BAD BGL BGN BRC BRE BRR CSD CSK CUC CYP DDM DEM ECS EEK FIM FRF GEK GHC GWP "
    "HRD HRK IEP LTL LTT LVL LVR MRO MTL MXP MZM NIC NLG PEI PLZ ROL RUR SDD SDP SIT SKK SLL SRG STD SUR TJR TMM UAK "
    "UGS USS UYN VEB VEF XEU YUD YUM YUN ZMK ZRN ZRZ ZWC ZWD ZWL ZWN ZWR"
)
_WITHDRAWN = dict.fromkeys(_WITHDRAWN_WHOLE.split(), 0) | dict.fromkeys(_WITHDRAWN_CENTS.split(), 2)
"""Codes that ISO 4217 has withdrawn since 1990, with the digits of their minor units: old orders have them."""
# Funds and metals without a minor unit (XAU, XDR, XXX …) are left out: their amounts cannot be counted.
_EXPONENTS: dict[str, int] = _WITHDRAWN | {
    currency.code: currency.exponent for currency in Currency if currency.exponent is not None
}
_USUAL = 2
"""The digits of a code that nobody knows any more: what is stored stays readable."""
_CENTS = [f".{cents:02}" for cents in range(100)]
_AMOUNT = re.compile(r"(-?)([0-9]{1,19})(?:\.([0-9]{1,19}))?")
_LARGEST_MINOR = 2**63 - 1  # what a bigint column holds


def is_currency(code: str) -> bool:
    """Whether this is an ISO 4217 code, in capitals, of a currency that has a minor unit, current or withdrawn."""
    return code in _EXPONENTS


def exponent(currency: str) -> int:
    """How many digits the minor unit takes: 2 for EUR, 0 for JPY, 3 for KWD, and 2 for an unknown code."""
    return _EXPONENTS.get(currency, _USUAL)


def format_minor(minor: int, currency: str) -> str:
    """The exact decimal of an amount: 1230 is "12.30" EUR, "1230" JPY, "1.230" KWD."""
    if minor >= 0 and _EXPONENTS.get(currency) == 2:  # the usual case
        return f"{minor // 100}{_CENTS[minor % 100]}"
    places = exponent(currency)
    if not places:
        return str(minor)
    if minor < 0:
        return "-" + format_minor(-minor, currency)
    digits = str(minor).zfill(places + 1)
    return f"{digits[:-places]}.{digits[-places:]}"


def parse_minor(amount: str | Decimal, currency: str) -> int:
    """The minor units of a decimal amount, as the inverse of `format_minor`; missing decimals are zeros.

    Only digits, one point and a leading minus are accepted. More decimals than the currency has are
    refused even if they are zeros: "1.000" EUR may have meant a thousand. Raises ValueError.
    """
    if not is_currency(currency):
        raise ValueError(f"{currency!r} is not a currency")
    places = exponent(currency)
    found = _AMOUNT.fullmatch(_plain(amount) if isinstance(amount, Decimal) else amount)
    if not found:
        raise ValueError(f"{str(amount)[:40]!r} is not an amount")
    sign, whole, decimals = found[1], found[2], found[3] or ""
    if len(decimals) > places:
        raise ValueError(f"{amount} has more decimals than {currency} ({places})")
    minor = int(whole + decimals.ljust(places, "0"))
    if minor > _LARGEST_MINOR:
        raise ValueError(f"{amount} {currency} is too large")
    return -minor if sign else minor


def _plain(amount: Decimal) -> str:
    # The exponent is checked first: 1E+999999 would become a text of a million digits.
    return format(amount, "f") if abs(amount.adjusted()) < 20 else ""
