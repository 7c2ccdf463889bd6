"""What templates of messages may fill in, as a page of the documentation."""

from services.messages.values import VARIABLES


def variables_page() -> str:
    """All variables as a Markdown page; `docs/message-variables.md` is printed from it."""
    rows = (
        f"| `{each.path}` | {each.meaning} | {'' if each.example is None else each.example} |" for each in VARIABLES
    )
    return "\n".join(
        [
            "# What a message may say\n",
            "What a [template](messages.md#templates) may fill in. A value is none in a message that is not about such",
            "a thing. This page is printed from `services/messages/values.py` by `python server.py docs`;",
            "`messageVariables` answers the same.\n",
            "| value | meaning | example |",
            "| --- | --- | --- |",
            *rows,
            "",
        ]
    )
