"""Templates become messages: a subject, a plain text and HTML, from values and nothing else.

Owners write templates, so a template is trusted with what it says, and with nothing more. Its language is a small part
of Jinja: values, conditions, loops over lists and a few filters. A template calls nothing and reads no attribute, so it
cannot look around in Python. It cannot run for long either: all loops of a part together may take MOST_STEPS steps. The
sandbox of Jinja stands behind that.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from html.parser import HTMLParser
from operator import getitem
from pathlib import Path
from typing import Any

from jinja2 import (
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    TemplateRuntimeError,
    TemplateSyntaxError,
    UndefinedError,
    nodes,
    pass_context,
)
from jinja2.environment import Template
from jinja2.runtime import Context, LoopContext, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing
from mjml import mjml2html

from domain.texts import control_character

FILES = Path(__file__).with_name("files")
LAYOUT = "layout.mjml"
PARTS = ("subject", "text", "mjml")
LONGEST_SOURCE = 20_000
LONGEST_OUTPUT = 100_000
LONGEST_SUBJECT = 200
MOST_STEPS = 100_000
MOST_TAGS = 1_500
DEEPEST = 50
"""Tags of MJML within each other: its reader takes from the stack for each, and ends the process where that ends."""
_GAPS = re.compile(r"\n[ \n]*\n")
_BUDGET = "_budget"
_FILTERS = frozenset(
    {"capitalize", "default", "d", "first", "last", "length", "count", "lower", "title", "trim", "upper", "e", "escape"}
)
_NODES = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Slice),
    *(nodes.Const, nodes.If, nodes.For, nodes.Filter, nodes.Test, nodes.Compare, nodes.Operand, nodes.And, nodes.Or),
    *(nodes.Not, nodes.CondExpr, nodes.Concat, nodes.Extends, nodes.Block),
)
_SPELLED = {
    nodes.Call: "A template calls nothing: write the name of a value without brackets behind it.",
    nodes.Include: "A template includes nothing.",
    nodes.Import: "A template imports nothing.",
    nodes.FromImport: "A template imports nothing.",
    nodes.Macro: "A template has no macros.",
    nodes.BinExpr: "A template does not calculate.",
}
_OTHER = "A template has values, `if`, `for` over a list and a few filters, and nothing else: this is {0}."


class TemplateRefused(Exception):
    """A template that cannot be used; `part` is the subject, the text or the mjml, and the text a sentence."""

    def __init__(self, part: str, sentence: str) -> None:
        super().__init__(sentence)
        self.part, self.sentence = part, sentence


@dataclass(frozen=True, slots=True)
class Wording:
    """The three parts of a template."""

    subject: str
    text: str
    mjml: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a message says."""

    subject: str
    text: str
    html: str


class _LoopSteps:
    """How many steps of loops are left to one part."""

    def __init__(self) -> None:
        self.left = MOST_STEPS

    def spend(self, steps: int) -> None:
        self.left -= steps
        if self.left < 0:
            raise TemplateError(f"Its loops take more than {MOST_STEPS} steps: loop over less.")


@pass_context
def _bounded(context: Context, items: Iterable[Any], weight: int) -> list[Any]:
    """The items of a loop, once they are paid for; `weight` is how much is done for each."""
    listed = list(items)
    context[_BUDGET].spend(len(listed) * weight)
    return listed


class _Missing(StrictUndefined):
    """A value that does not exist, with the sentence that says so."""

    def __init__(
        self,
        hint: str | None = None,
        obj: Any = missing,
        name: str | None = None,
        exc: type[TemplateRuntimeError] = UndefinedError,
    ) -> None:
        super().__init__(hint or f"No value is named {name!r} here: see those that templates fill in.", obj, name, exc)


class _Environment(ImmutableSandboxedEnvironment):
    """Templates of ours: a value that is missing is an error, one that is none shows nothing."""

    def __init__(self, *, autoescape: bool) -> None:
        super().__init__(
            autoescape=autoescape,
            undefined=_Missing,
            finalize=_shown,
            loader=FileSystemLoader(FILES),
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self.globals.clear()
        self.filters["bounded"] = _bounded

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A value by its name: of a group of values or of a loop, never an attribute of Python's."""
        if isinstance(obj, LoopContext):
            return super().getattr(obj, attribute)
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """A value by its name, or by its place in a list or a text."""
        by_name = isinstance(obj, Mapping)
        if by_name is isinstance(argument, str) and isinstance(obj, Mapping | list | str):
            try:
                return obj[argument]
            except (LookupError, TypeError):
                pass
        return self.undefined(obj=obj, name=argument)

    def filled(self, source: str, part: str, values: Mapping[str, Any]) -> str:
        """A part with its values. Raises TemplateRefused."""
        found, length = [], 0
        try:
            for chunk in _compiled(self, source, part).generate({**values, _BUDGET: _LoopSteps()}):
                length += len(chunk)
                if length > LONGEST_OUTPUT:
                    raise TemplateRefused(part, f"This makes more than {LONGEST_OUTPUT} characters.")
                found.append(chunk)
        except TemplateError as fault:
            raise TemplateRefused(part, _sentence(fault.message)) from None
        except (TypeError, ValueError, RecursionError) as fault:
            raise TemplateRefused(part, _sentence(str(fault))) from None
        return "".join(found)


@lru_cache(maxsize=256)
def _compiled(environment: _Environment, source: str, part: str) -> Template:
    """A template that may be rendered. Raises TemplateRefused."""
    if len(source) > LONGEST_SOURCE:
        raise TemplateRefused(part, f"This is longer than {LONGEST_SOURCE} characters.")
    try:
        tree = environment.parse(source)
        _check(tree, part)
        for loop in list(tree.find_all(nodes.For)):
            weight = nodes.Const(sum(1 for _ in loop.find_all(nodes.Node)))
            loop.iter = nodes.Filter(loop.iter, "bounded", [weight], [], None, None, lineno=loop.lineno)
        return Template.from_code(environment, environment.compile(tree, part, part), environment.make_globals(None))
    except TemplateSyntaxError as fault:
        raise TemplateRefused(part, f"Line {fault.lineno}: {_sentence(fault.message)}") from None
    except (RecursionError, SyntaxError, MemoryError):
        raise TemplateRefused(part, "This is nested too deeply.") from None


def render(source: Wording, values: Mapping[str, Any], owed: Sequence[str] = ()) -> Rendered:
    """A message. Raises TemplateRefused, whatever is wrong with the template.

    `owed` are the paths of the values that the text says, if there are any.
    """
    subject = " ".join(_clean(_PLAIN.filled(source.subject, "subject", values)).split())
    if not subject:
        raise TemplateRefused("subject", "This says nothing: a message has a subject.")
    if len(subject) > LONGEST_SUBJECT:
        raise TemplateRefused("subject", f"This makes more than {LONGEST_SUBJECT} characters.")
    text = _GAPS.sub("\n\n", _clean(_PLAIN.filled(source.text, "text", values))).strip()
    if not text:
        raise TemplateRefused("text", "This says nothing: every message can be read as plain text.")
    for path in owed:
        value = reduce(getitem, path.split("."), values)
        if value is not None and str(value).strip() not in text:
            raise TemplateRefused("text", f"This leaves out what the message is for: write {{{{ {path} }}}} in it.")
    return Rendered(subject, text + "\n", _html(_clean(_MARKUP.filled(source.mjml, "mjml", values))))


class _Nesting(HTMLParser):
    """How deep the tags of MJML stand within each other."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = self.deepest = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.depth += tag.startswith("mj")
        self.deepest = max(self.deepest, self.depth)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        """Nothing stands within it."""

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag.startswith("mj")


def _html(mjml: str) -> str:
    if mjml.count("<") > MOST_TAGS:
        raise TemplateRefused("mjml", f"This makes more than {MOST_TAGS} tags.")
    nesting = _Nesting()
    nesting.feed(mjml)
    if nesting.deepest > DEEPEST:
        raise TemplateRefused("mjml", f"More than {DEEPEST} tags stand within each other here.")
    try:
        html = mjml2html(mjml)
    except ValueError as fault:
        raise TemplateRefused("mjml", f"MJML does not read this: {_sentence(str(fault))}") from None
    return html.replace("\r\n", "\n") + "\n"


def _check(tree: nodes.Template, part: str) -> None:
    """Raise TemplateRefused for the first thing that templates do not have."""
    for node in (tree, *tree.find_all(nodes.Node)):
        sentence = _fault(node)
        if sentence is not None:
            raise TemplateRefused(part, f"Line {node.lineno}: {sentence}")


def _fault(node: nodes.Node) -> str | None:
    if not isinstance(node, _NODES):
        other = _OTHER.format(type(node).__name__)
        return next((sentence for kind, sentence in _SPELLED.items() if isinstance(node, kind)), other)
    match node:
        case nodes.Name(name=str(name)) | nodes.Getattr(attr=str(name)) if name.startswith("_"):
            return f"No value has a name like {name!r}."
        case nodes.Getitem(arg=nodes.Const(value=str(name))) if name.startswith("_"):
            return f"No value has a name like {name!r}."
        case nodes.Getitem(arg=arg) if not isinstance(arg, nodes.Const | nodes.Slice):
            return "Only a name or a number stands in square brackets."
        case nodes.Filter(name=str(name)) if name not in _FILTERS:
            return f"There is no filter {name!r}: there are {', '.join(sorted(_FILTERS))}."
        case nodes.For(recursive=True):
            return "A loop is not recursive."
        case nodes.Extends(template=layout) if not (isinstance(layout, nodes.Const) and layout.value == LAYOUT):
            return f"A template extends {LAYOUT!r} and nothing else."
    return None


def _shown(value: Any) -> Any:
    """What a value shows: nothing if it is none. Raises TemplateError for a group or a list of values."""
    if isinstance(value, str | int | Undefined):
        return value
    if value is None:
        return ""
    raise TemplateError("Only texts and numbers can be shown: name one of the values in it.")


def _clean(text: str) -> str:
    """A text without characters that control how it is shown, but for the ends of its lines."""
    lines = re.split(r"\r\n|\r|\n", text)
    return "\n".join("".join(" " if control_character(char) else char for char in line) for line in lines)


def _sentence(text: str | None) -> str:
    said = (text or "This cannot be rendered").strip()[:300]
    return said if said.endswith((".", "!", "?")) else f"{said}."


_PLAIN = _Environment(autoescape=False)
_MARKUP = _Environment(autoescape=True)
