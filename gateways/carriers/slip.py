"""The built-in carrier: a slip that the customer prints and puts on the package, and pays the postage of.

Nothing is bought, so nothing can be bought twice. The slip is drawn whenever somebody asks for it, from the label's
rows alone, so it is the same each time.
"""

from io import BytesIO
from typing import TYPE_CHECKING

from gateways.carriers.lettering import BOLD, REGULAR, load_fonts, runs
from gateways.carriers.port import LabelAnswer, LabelOrder, LabelOutcome, PostalAddress, Scan

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT, MARGIN = 100.0, 150.0, 6.0
"""Millimeters: the size of the labels that label printers use, and the edge that they leave white."""
GAP = "_"
"""What stands in the place of a letter that no font has."""
GAPS = (f"{GAP} is a letter that cannot be", "printed here. Both codes are right:", "add what is missing by hand.")


class SlipCarrier:
    """Slips of our own. They are never scanned, for no carrier knows them."""

    name = "slip"

    async def register(self, order: LabelOrder) -> LabelAnswer:
        """Any package is known by its key."""
        return LabelAnswer(LabelOutcome.REGISTERED, order.key)

    async def buy(self, order: LabelOrder, reference: str) -> LabelAnswer:
        """A slip costs nothing."""
        return LabelAnswer(LabelOutcome.ISSUED, reference)

    async def find(self, key: str, reference: str | None) -> LabelAnswer | None:
        """Whether a slip was issued, nobody but its label knows: it does no harm to issue it again."""
        return None

    async def void(self, key: str, reference: str) -> LabelAnswer:
        """There is nothing to take back."""
        return LabelAnswer(LabelOutcome.VOIDED, reference)

    async def scans(self, reference: str) -> tuple[Scan, ...]:
        """Nobody scans a slip but the seller, who receives the return."""
        return ()

    async def close(self) -> None:
        """Nothing is open."""


def draw(order: LabelOrder) -> bytes:
    """The slip as a PDF: both addresses, the number as text and as Code 128, and the label's id as a QR code.

    It takes about 30 milliseconds, so it is for a thread.
    """
    # reportlab takes 150 ms to import, and is needed by those processes only that draw slips
    from reportlab.lib.units import mm
    from reportlab.pdfgen.canvas import Canvas

    load_fonts()
    file = BytesIO()
    canvas = Canvas(file, pagesize=(WIDTH * mm, HEIGHT * mm), invariant=1)
    canvas.setTitle(order.number)
    canvas.scale(mm, mm)
    below = HEIGHT - MARGIN
    if order.sender is not None:
        below = _address(canvas, "From", order.sender, below, size=3.2)
    below = _address(canvas, "To", order.recipient, below - 3, size=4.6)
    canvas.setLineWidth(0.3)
    canvas.line(MARGIN, 62, WIDTH - MARGIN, 62)
    _qr(canvas, order.key, x=MARGIN, y=22, side=38)
    canvas.setFont(REGULAR, 3.2)
    canvas.drawString(50, 54, "Return")
    _text(canvas, order.number, 50, 47, WIDTH - MARGIN - 50, font=BOLD, size=6)
    addresses = (order.recipient, *filter(None, (order.sender,)))
    if any(font is None for address in addresses for line in _lines(address) for font, _ in runs(line)):
        for n, line in enumerate(GAPS):
            _text(canvas, line, 50, 38 - 3.4 * n, WIDTH - MARGIN - 50, font=REGULAR, size=2.8)
    _bars(canvas, order.number, x=MARGIN, y=5, width=WIDTH - 2 * MARGIN, height=14)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def draw_code(text: str) -> str:
    """A QR code as an SVG, for a screen: a square for each dark module, with the edge that scanners need."""
    from reportlab.graphics.barcode.qr import QrCodeWidget

    code = QrCodeWidget(text, barLevel="M").qr
    code.make()
    size = range(code.getModuleCount())
    squares = "".join(f"M{x} {y}h1v1h-1z" for y in size for x in size if code.isDark(y, x))
    box = f"-4 -4 {len(size) + 8} {len(size) + 8}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" shape-rendering="crispEdges">'
        f'<path d="{squares}"/></svg>'
    )


def _address(canvas: "Canvas", title: str, address: PostalAddress, below: float, *, size: float) -> float:
    """Write an address, and say how far down it goes."""
    canvas.setFont(REGULAR, 2.8)
    canvas.drawString(MARGIN, below - 2.8, title)
    y = below - 3.4
    for n, line in enumerate(_lines(address)):
        y -= size * 1.2
        _text(canvas, line, MARGIN, y, WIDTH - 2 * MARGIN, font=BOLD if n == 0 else REGULAR, size=size)
    return y


def _lines(address: PostalAddress) -> list[str]:
    place = " ".join(filter(None, (address.postal_code, address.city, address.region)))
    return list(filter(None, (address.name, *address.lines, place, address.country)))


def _text(canvas: "Canvas", text: str, x: float, y: float, width: float, *, font: str, size: float) -> None:
    """Write a line, smaller if it is too long, each letter in a font that has it."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    pieces = [(found or font, piece if found else GAP * len(piece)) for found, piece in runs(text, font)]
    needed = sum(stringWidth(piece, found, size) for found, piece in pieces)
    line = canvas.beginText(x, y)
    for found, piece in pieces:
        line.setFont(found, size if needed <= width else size * width / needed)
        line.textOut(piece)
    canvas.drawText(line)


def _qr(canvas: "Canvas", text: str, *, x: float, y: float, side: float) -> None:
    from reportlab.graphics.barcode.qr import QrCodeWidget
    from reportlab.graphics.renderPDF import draw as draw_on
    from reportlab.graphics.shapes import Drawing

    widget = QrCodeWidget(text, barLevel="M", barWidth=side, barHeight=side)
    draw_on(Drawing(side, side, widget), canvas, x, y)


def _bars(canvas: "Canvas", text: str, *, x: float, y: float, width: float, height: float) -> None:
    from reportlab.graphics.barcode.code128 import Code128

    narrow = Code128(text, barWidth=1.0, quiet=False)
    bars = Code128(text, barWidth=min(0.5, width / narrow.width), barHeight=height, quiet=False)
    bars.drawOn(canvas, x + (width - bars.width) / 2, y)
