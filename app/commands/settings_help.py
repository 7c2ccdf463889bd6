"""Settings as people read them: in help texts, and as a page of the documentation."""

import textwrap
from dataclasses import fields
from pathlib import Path

from settings import Settings, variable_of


def described() -> list[tuple[str, str, str]]:
    """Variable, default and meaning of every setting, for help texts and the docs."""
    return [
        (variable_of(setting), _shown(setting.default), setting.metadata["meaning"]) for setting in fields(Settings)
    ]


def columns(*, width: int = 78) -> str:
    """Variable, meaning and default of every setting as aligned lines of at most `width` characters, for `--help`."""
    first = max(len(variable) for variable, _, _ in described()) + 2
    return "\n".join(
        textwrap.fill(
            f"{variable:<{first}}{meaning}{f' [{default}]' if default else ''}",
            width=width,
            subsequent_indent=" " * first,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for variable, default, meaning in described()
    )


def table() -> str:
    """All settings as a Markdown page; `docs/settings.md` is printed from it."""
    rows = (
        f"| `{variable}` | {f'`{default}`' if default else ''} | {meaning} |"
        for variable, default, meaning in described()
    )
    return "\n".join(
        [
            "# Settings\n",
            "Every setting is an environment variable; an empty variable counts as unset. This page is printed from",
            "`settings.py` by `python server.py docs`; `python server.py serve --help` shows the same.\n",
            "| variable | default | meaning |",
            "| --- | --- | --- |",
            *rows,
            "",
        ]
    )


def _shown(default: object) -> str:
    if default is None or default == ():
        return ""
    if isinstance(default, Path):
        return default.name
    if isinstance(default, tuple):
        return ",".join(default)
    return ("off", "on")[default] if isinstance(default, bool) else str(default)
