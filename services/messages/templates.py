"""Which template a message is made by: the owner's latest published one, or else the file that comes with Retour."""

from dataclasses import dataclass
from functools import cache

from tortoise.backends.base.client import BaseDBAsyncClient

from domain.messages import MessageType
from domain.words import Role
from services.messages.rendering import FILES, Wording

FALLBACK = "en"
_PUBLISHED = """
select distinct on (type, audience, locale) type, audience, locale, version, subject, text, mjml
from message_template where published_at is not null order by type, audience, locale, version desc
"""
_SUBJECT = "Subject: "


@dataclass(frozen=True, slots=True)
class _Stored:
    type: str
    audience: str
    locale: str
    version: int
    subject: str
    text: str
    mjml: str


@dataclass(frozen=True, slots=True)
class KnownTemplate:
    """A template; `version` is None for a file."""

    type: MessageType
    audience: Role
    locale: str
    version: int | None
    source: Wording


@cache
def built_in() -> dict[tuple[str, str, str], KnownTemplate]:
    """The templates that come with Retour, by type, audience and locale: a plain text and MJML beside each other."""
    found: dict[tuple[str, str, str], KnownTemplate] = {}
    for path in sorted(FILES.glob("*/*.txt")):
        name, _, audience = path.stem.upper().partition(".")
        head, _, text = path.read_text("utf-8").partition("\n\n")
        source = Wording(head.removeprefix(_SUBJECT), text, path.with_suffix(".mjml").read_text("utf-8"))
        template = KnownTemplate(MessageType[name], Role[audience], path.parent.name, None, source)
        found[template.type, template.audience, template.locale] = template
    return found


class Templates:
    """The templates of one moment."""

    def __init__(self, published: dict[tuple[str, str, str], KnownTemplate]) -> None:
        self._published = published

    @classmethod
    async def read(cls, db: BaseDBAsyncClient) -> "Templates":
        """Those that hold now."""
        rows = await db.execute_query_dict(_PUBLISHED)
        return cls({(row["type"], row["audience"], row["locale"]): _template(_Stored(**row)) for row in rows})

    def candidates(self, type: MessageType, audience: Role, locales: tuple[str, ...]) -> list[KnownTemplate]:
        """The templates of a message, the best first: in the first language that has one, the owner's before the file.

        The file in the language that every message is in comes last, for a template that fails.
        """
        files = built_in()
        spelled = dict.fromkeys(each for locale in (*locales, FALLBACK) for each in (locale, locale.partition("-")[0]))
        wanted = [(type, audience, locale) for locale in spelled]
        return [known[each] for each in wanted for known in (self._published, files) if each in known]


def _template(row: _Stored) -> KnownTemplate:
    wording = Wording(row.subject, row.text, row.mjml)
    return KnownTemplate(MessageType(row.type), Role(row.audience), row.locale, row.version, wording)
