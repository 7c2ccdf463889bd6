"""A folder that keeps messages as files, for the demo and for looking at what would be sent."""

import asyncio
import os
from pathlib import Path

from gateways.mail.port import Mail, MailAnswer, MailOutcome
from gateways.mail.source import source_of


class FolderMailer:
    """Writes each message to a file of its id: a message that is sent again is the same file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, mail: Mail) -> MailAnswer:
        await asyncio.to_thread(self._write, mail)
        return MailAnswer(MailOutcome.ACCEPTED)

    async def rest(self) -> None:
        """There is no connection."""

    async def close(self) -> None:
        """There is no connection."""

    def _write(self, mail: Mail) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        written = self._folder / f"{mail.id}.part"
        written.write_bytes(source_of(mail))
        os.replace(written, self._folder / f"{mail.id}.eml")
