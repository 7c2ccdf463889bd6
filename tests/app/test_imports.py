"""What a server loads at its start: nothing of what is switched off."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SWITCHED_OFF = {"opentelemetry", "stripe", "reportlab", "jinja2", "mjml", "aiosmtplib", "services.messages"}
_LOADED = "import sys, app.application, app.routes, app.workers; print(*sys.modules)"


def test_what_is_switched_off_is_not_even_imported() -> None:
    run = subprocess.run([sys.executable, "-c", _LOADED], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())
    assert {"app.workers", "app.pages.mail", "app.pages.evidence.page"} <= loaded
    assert loaded & SWITCHED_OFF == set()
