"""What a template may not do, each refused by the sentence that says so: no other guard stands in for a missing one."""

import pytest

from services.messages.rendering import LONGEST_SOURCE, TemplateRefused, Wording, render
from services.messages.values import examples

MJML = "<mjml><mj-body></mj-body></mjml>"
LOOP = "{% for a in recipient %}"
REFUSED = [
    ("{{ market.__class__ }}", "No value has a name like '__class__'"),
    ("{{ order['__class__'] }}", "No value has a name like '__class__'"),
    ("{{ _budget }}", "No value has a name like '_budget'"),
    ("{{ order[market] }}", "Only a name or a number stands in square brackets"),
    ("{{ range(9) }}", "A template calls nothing"),
    ("{% include 'layout.mjml' %}", "A template includes nothing"),
    ("{% from 'layout.mjml' import a %}", "A template imports nothing"),
    ("{% macro f() %}{% endmacro %}x", "A template has no macros"),
    ("{{ 'x' * 3 }}", "A template does not calculate"),
    ("{% set a = 1 %}x", "and nothing else: this is Assign"),
    ("{{ market|upper|attr('x') }}", "There is no filter 'attr'"),
    ("{% for a in items recursive %}{% endfor %}x", "A loop is not recursive"),
    ("{% extends 'settings.py' %}", "A template extends 'layout.mjml' and nothing else"),
    (LOOP * 5 + "{% endfor %}" * 5 + "x", "Its loops take more than 100000 steps"),
    (f"{{#{'x' * LONGEST_SOURCE}#}}x", "This is longer than 20000 characters"),
    ("x{{ order.price }}", "No value is named 'price' here"),
    ("x{{ price }}", "No value is named 'price' here"),
    ("x{{ items.append }}", "No value is named 'append' here"),
]


@pytest.mark.parametrize(("text", "sentence"), REFUSED)
def test_what_a_template_may_not_do_is_refused_by_its_own_sentence(text: str, sentence: str) -> None:
    with pytest.raises(TemplateRefused) as refused:
        render(Wording("Hello", text, MJML), examples("en"))
    assert refused.value.part == "text"
    assert sentence in refused.value.sentence


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("<mj-wrapper>" * 49 + "</mj-wrapper>" * 49, "More than 50 tags stand within each other"),
        ("<mj-raw><br></mj-raw>" * 600, "This makes more than 1500 tags"),
    ],
)
def test_a_mail_that_mjml_would_fall_over_is_refused_before(body: str, sentence: str) -> None:
    with pytest.raises(TemplateRefused) as refused:
        render(Wording("Hello", "x", f"<mjml><mj-body>{body}</mj-body></mjml>"), examples("en"))
    assert sentence in refused.value.sentence


def test_characters_that_control_how_a_text_is_shown_leave_no_trace() -> None:
    made = render(Wording("a\u202eb\u2028c", "a\u202eb\r\nc\u2028d", MJML), examples("en"))
    assert (made.subject, made.text) == ("a b c", "a b\nc d\n")
