"""The letters of the files that are drawn here, and the fonts that have them: all are embedded.

Latin, Greek and Cyrillic letters have a font in two weights, Chinese, Japanese and Korean ones another. What remains
needs shaping, as Arabic does, and has no font. PDF's own fonts know Western letters only.
"""

from functools import cache
from importlib.resources import files
from itertools import groupby

REGULAR, BOLD, EASTERN = "SourceSansPro", "SourceSansPro-Bold", "WenQuanYiMicroHei"
"""The last comes in a package of nothing else. Its license is Apache 2.0, as its own table of names says."""


def load_fonts() -> None:
    """Make the fonts of both weights known to reportlab."""
    _letters_of(REGULAR)
    _letters_of(BOLD)


def runs(text: str, font: str = REGULAR) -> list[tuple[str | None, str]]:
    """The text in pieces of one font each: this one where it has the letters, None where no font has them."""
    if all(ord(letter) in _letters_of(font) for letter in text):
        return [(font, text)]

    def found(letter: str) -> str | None:
        return next((name for name in (font, EASTERN) if ord(letter) in _letters_of(name)), None)

    return [(name, "".join(letters)) for name, letters in groupby(text, found)]


@cache
def _letters_of(font: str) -> frozenset[int]:
    """Make a font known to reportlab; the code points of the letters that it has."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    loaded = TTFont(font, _file_of(font))
    pdfmetrics.registerFont(loaded)
    return frozenset(loaded.face.charToGlyph)


def _file_of(font: str) -> str:
    import font_source_sans_pro as sans

    if font == EASTERN:
        return str(files("paperang_p2_fonts_cjk") / "fonts" / "wqy-microhei.ttc")
    return str(sans.font_files_ttf["SourceSansPro" if font == REGULAR else "SourceSansProBold"])
