"""The letters of the files that are drawn here, and the fonts that have them.

Latin, Greek and Cyrillic letters are embedded. Chinese, Japanese and Korean ones come from the fonts of the program
that shows or prints the file, so they cost nothing here. Any other script needs shaping, and has no font.
"""

from functools import cache
from itertools import groupby

REGULAR, BOLD = "SourceSansPro", "SourceSansPro-Bold"
JAPANESE, CHINESE, KOREAN = "HeiseiKakuGo-W5", "STSong-Light", "HYGothic-Medium"
"""What PDF calls the fonts of East Asia that readers of PDF files bring along."""


@cache
def load_fonts() -> frozenset[int]:
    """Make both embedded fonts known to reportlab; the code points of the letters that they have."""
    import font_source_sans_pro as sans
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    regular = TTFont(REGULAR, sans.font_files_ttf["SourceSansPro"])
    bold = TTFont(BOLD, sans.font_files_ttf["SourceSansProBold"])
    for font in (regular, bold):
        pdfmetrics.registerFont(font)
    return frozenset(regular.face.charToGlyph) & frozenset(bold.face.charToGlyph)


def runs(text: str, font: str = REGULAR) -> list[tuple[str | None, str]]:
    """The text in pieces of one font each: the embedded one where it has the letters, None where no font has them.

    Chinese and Japanese share letters that they draw differently: kana tell that a text is Japanese.
    """
    known = load_fonts()
    if all(ord(letter) in known for letter in text):
        return [(font, text)]
    han = JAPANESE if any("\u3040" <= letter <= "\u30ff" for letter in text) else CHINESE
    pieces = groupby(text, lambda letter: font if ord(letter) in known else _eastern(letter, han))
    return [(found, "".join(letters)) for found, letters in pieces]


def _eastern(letter: str, han: str) -> str | None:
    """The font of a letter of East Asia; None for any other."""
    if "\uac00" <= letter <= "\ud7a3":
        return _loaded(KOREAN)
    if "\u3040" <= letter <= "\u30ff":
        return _loaded(JAPANESE)
    return _loaded(han) if "\u3000" <= letter <= "\u9fff" or "\uff00" <= letter <= "\uffef" else None


@cache
def _loaded(font: str) -> str:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont

    pdfmetrics.registerFont(UnicodeCIDFont(font))
    return font
