"""The slip, as a scanner reads it and as a person does."""

import re
from dataclasses import replace
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from gateways.carriers.port import PostalAddress
from gateways.carriers.slip import draw, draw_code
from tests.gateways.carriers.worlds import an_order

DPI = 203
"""What label printers print with."""


def scanned(pdf: bytes) -> dict[str, str]:
    """The codes on a slip by their kind, as a scanner reads them from the printed page."""
    page = pypdfium2.PdfDocument(pdf)[0]
    image: Any = page.render(scale=DPI / 72, grayscale=True).to_pil()
    return {code.format.name: code.text for code in zxingcpp.read_barcodes(image)}


def read_code(svg: str) -> str:
    """The text of a code that is drawn as one path, as a scanner reads it from a screen."""
    squares = [(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", svg)]
    side = max(max(square) for square in squares) + 9
    image = Image.new("L", (side, side), 255)
    for x, y in squares:
        image.putpixel((x + 4, y + 4), 0)
    (code,) = zxingcpp.read_barcodes(image.resize((side * 5, side * 5), Image.Resampling.NEAREST))
    return str(code.text)


def text_of(pdf: bytes) -> str:
    """The text on a slip."""
    return str(pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range())


def test_a_scanner_reads_both_codes() -> None:
    order = an_order("label_01m8p4g5bfezwvzwsj9nb37bha")
    assert scanned(draw(order)) == {"QRCode": order.key, "Code128": order.number}


def test_a_scanner_reads_the_code_off_a_screen() -> None:
    assert read_code(draw_code("label_01m8p4g5bfezwvzwsj9nb37bha")) == "label_01m8p4g5bfezwvzwsj9nb37bha"


def test_the_slip_has_the_size_of_a_label() -> None:
    document = pypdfium2.PdfDocument(draw(an_order()))
    width, height = document[0].get_size()
    assert len(document) == 1
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (100, 150)


@pytest.mark.parametrize(
    "name",
    [
        *("Ada Łęcka", "Ελένη Παπαδάκη", "Оксана Шевченко", "Şükrü Işık", "Nguyễn Thị Hồng", "Jürgen Groß"),
        *("王小明 (Wang)", "山田はなこ", "홍길동 Gil-dong"),
    ],
)
def test_names_in_other_letters_are_printed(name: str) -> None:
    order = an_order()
    assert order.sender is not None
    named = replace(order.sender, name=name)
    for text in map(text_of, (draw(replace(order, sender=named)), draw(replace(order, recipient=named)))):
        assert name in text
        assert "by hand" not in text


@pytest.mark.parametrize(
    ("name", "printed"),
    [("محمد Ali", "____ Ali"), ("דן", "__"), ("नमस्ते", "______"), ("😀 Ann", "_ Ann")],
    ids=["Arabic", "Hebrew", "Devanagari", "a picture"],
)
def test_letters_that_cannot_be_printed_are_gaps_and_the_slip_says_so(name: str, printed: str) -> None:
    order = an_order()
    assert order.sender is not None
    pdf = draw(replace(order, sender=replace(order.sender, name=name)))
    lines = text_of(pdf).splitlines()
    assert lines[1] == printed
    assert "add what is missing by hand." in lines
    assert scanned(pdf) == {"QRCode": order.key, "Code128": order.number}


def test_the_same_label_has_the_same_bytes_each_time() -> None:
    order = an_order()
    assert draw(order) == draw(order)


def test_a_long_address_stays_on_the_page() -> None:
    """Lines are drawn smaller, and none reaches the codes."""
    long = PostalAddress(
        name="Gesellschaft für die Rücknahme von Lampen " * 4, lines=("Straße " * 12,) * 6, country="DE", city="Hamburg"
    )
    order = replace(an_order(), sender=long, recipient=long)
    pdf = draw(order)
    assert scanned(pdf) == {"QRCode": order.key, "Code128": order.number}
    assert text_of(pdf).count("Hamburg") == 2


def test_an_order_without_an_address_has_a_slip_without_a_sender() -> None:
    pdf = draw(replace(an_order(), sender=None))
    assert "From" not in text_of(pdf)
    assert "North returns" in text_of(pdf)
