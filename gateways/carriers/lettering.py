"""The fonts of the files that are drawn here: Latin, Greek and Cyrillic; PDF's own fonts know Western letters only."""

from functools import cache

REGULAR, BOLD = "SourceSansPro", "SourceSansPro-Bold"


@cache
def load_fonts() -> frozenset[int]:
    """Make both fonts known to reportlab; the code points of the letters that they have."""
    import font_source_sans_pro as sans
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    regular = TTFont(REGULAR, sans.font_files_ttf["SourceSansPro"])
    pdfmetrics.registerFont(regular)
    pdfmetrics.registerFont(TTFont(BOLD, sans.font_files_ttf["SourceSansProBold"]))
    return frozenset(regular.face.charToGlyph)
