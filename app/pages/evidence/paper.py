"""A PDF of headings, facts and tables on A4, bounded in length and the same bytes for the same text."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

from gateways.carriers.lettering import BOLD, REGULAR, load_fonts, runs

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

MOST_LINES = 1_100
"""Lines of the whole file, some twenty pages: as many as the strictest card schemes take."""
LONGEST_CELL, LONGEST_TEXT = 600, 8_000
"""Characters."""
BESIDE = 13.0
"""Points: the edges of a cell, and a hair."""
LETTER = 4.0
"""Points that a letter of a table takes on average."""
ENDS_HERE = "The file ends here, as it would be too long: the rest stands in the answer to the same query."
MARGIN = 18 * mm
WIDTH = A4[0] - 2 * MARGIN
QUIET, LINE = HexColor("#555555"), HexColor("#cccccc")
RULED = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEBELOW", (0, 0), (-1, -1), 0.3, LINE)]
Cell = str | int | None


class Paper:
    """What stands in the file, from the top to the bottom."""

    def __init__(self, title: str) -> None:
        load_fonts()
        self._title = title
        self._body = ParagraphStyle("body", fontName=REGULAR, fontSize=9, leading=12)
        self._cell = ParagraphStyle("cell", self._body, fontSize=8, leading=10)
        self._head = ParagraphStyle("head", self._cell, textColor=QUIET)
        self._heading = ParagraphStyle("heading", self._body, fontName=BOLD, fontSize=12, leading=16, spaceBefore=12)
        self._name = ParagraphStyle("name", self._body, fontName=BOLD, spaceBefore=6)
        self._story: list[Any] = [
            Paragraph(markup(title), ParagraphStyle("title", self._heading, fontSize=16, leading=22))
        ]
        self._left = MOST_LINES

    def heading(self, text: str) -> None:
        """Begin a part of the file."""
        self._write(markup(text), self._heading, lines=2)

    def name(self, text: str) -> None:
        """Begin with one object of a part."""
        self._write(_cell(text), self._name, lines=2)

    def text(self, text: str) -> None:
        """Write a text as it is, with its lines."""
        lines = shortened(text, LONGEST_TEXT).splitlines()
        self._write("<br/>".join(map(markup, lines)), self._body, lines=sum(map(_lines, lines)))

    def facts(self, **facts: str | None) -> None:
        """Write those of the facts that are known, each with its name, on lines of their own."""
        known = [
            f'<font color="#555555">{name.replace("_", " ").capitalize()}:</font> {_cell(fact)}'
            for name, fact in facts.items()
            if fact
        ]
        self._write("<br/>".join(known), self._body, lines=sum(map(_lines, known)))

    def table(self, widths: Sequence[float], head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
        """Write rows under a head, if there are any; `widths` are shares of what the words of the head leave."""
        columns = self._columns(widths, head)
        cells = [
            [Paragraph(_cell(cell), self._cell) for cell in row] for row in rows if self._take(_height(row, columns))
        ]
        if cells:
            heads = [Paragraph(markup(text), self._head) for text in head]
            self._story += [Spacer(0, 3), Table([heads, *cells], columns, repeatRows=1, style=RULED)]

    def print(self) -> bytes:
        """The file."""
        if self._left < 0:
            self._story.append(Paragraph(markup(ENDS_HERE), self._name))
        file = BytesIO()
        margins = {f"{side}Margin": MARGIN for side in ("left", "right", "top", "bottom")}
        document = SimpleDocTemplate(file, pagesize=A4, title=self._title, lang="en", invariant=1, **margins)
        document.build(self._story, onFirstPage=self._foot, onLaterPages=self._foot)
        return file.getvalue()

    def _columns(self, widths: Sequence[float], head: Sequence[str]) -> list[float]:
        """The width of each column in points: none is narrower than a word of its head."""
        style = self._head
        least = [
            max(stringWidth(word, style.fontName, style.fontSize) for word in text.split()) + BESIDE for text in head
        ]
        left, whole = WIDTH - sum(least), sum(widths)
        return [word + left * width / whole for word, width in zip(least, widths, strict=True)]

    def _write(self, text: str, style: ParagraphStyle, *, lines: int) -> None:
        if self._take(lines):
            self._story.append(Paragraph(text, style))

    def _take(self, lines: int) -> bool:
        """Whether there is room for so many lines. Where there was none once, there is none for anything below."""
        self._left -= lines if self._left >= lines else MOST_LINES
        return self._left >= 0

    def _foot(self, canvas: "Canvas", _document: SimpleDocTemplate) -> None:
        foot = Paragraph(markup(f"{self._title} · page {canvas.getPageNumber()}"), self._head)
        foot.wrapOn(canvas, WIDTH, MARGIN)
        foot.drawOn(canvas, MARGIN, 9 * mm)


def _lines(text: str) -> int:
    """The lines that a text takes across the page, about."""
    return 1 + len(text) // 100


def _cell(text: Cell) -> str:
    return "" if text is None else markup(shortened(str(text), LONGEST_CELL))


def _height(row: Sequence[Cell], columns: Sequence[float]) -> int:
    """The lines that a row takes, about."""
    longest = (min(len(str(cell)), LONGEST_CELL) * LETTER / column for cell, column in zip(row, columns, strict=True))
    return 2 + int(max(longest))


def shortened(text: str, most: int) -> str:
    """The text, cut if it is longer."""
    return text if len(text) <= most else f"{text[:most]} …"


def markup(text: str) -> str:
    """A text as a paragraph takes it, each letter in a font that has it. A letter without one stands as its number."""
    return "".join(_run(font, piece) for font, piece in runs(text))


def _run(font: str | None, text: str) -> str:
    if font is None:
        return escape("".join(" " if letter.isspace() else f"[U+{ord(letter):04X}]" for letter in text))
    return escape(text) if font == REGULAR else f'<font name="{font}">{escape(text)}</font>'
