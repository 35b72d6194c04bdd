"""Templates of somebody else (B15, B16): they shape pages, and can neither reach anything nor hold anything up."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from kb.disk.patience import limited
from kb.disk.themes import read_theme, shipped
from kb.pipeline.opening import Ask
from kb.serve.live import Live
from kb.view.pages import NotFoundPage, SiteInfo
from kb.view.prose import Prose
from kb.view.theme import TemplateFailed, Theme, render
from safety.vault import Vault

SITE = SiteInfo("Notes", "", "", "en", "", assets={"style.css": "_assets/style.css"})


def page(template: str) -> Any:
    head: Any = Prose.of("text")
    return NotFoundPage("404.html", head, "Title", "/", "/a/", "/t/", "/c/", template)


def shown(text: str, **others: str) -> str:
    """What a template of somebody else makes of a page."""
    theme = Theme.of("t", {"x.html": text, **others}, {}, SITE, "", strange=True)
    return render(theme, page("x.html")).decode()


def made_or_failed(text: str) -> str | TemplateFailed:
    try:
        return shown(text)
    except TemplateFailed as failed:
        return failed


# B15

ESCAPES = (
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ ''['__class__'] }}",
    "{{ ''|attr('__class__') }}",
    "{{ ''|attr('\\x5f\\x5fclass\\x5f\\x5f') }}",
    "{{ [''] | map(attribute='__class__') | list }}",
    "{{ [''] | map('attr', '__class__') | list }}",
    "{{ [page] | groupby('__class__') }}",
    "{{ [page] | sum(attribute='__class__') }}",
    "{{ page.__dict__ }}",
    "{{ page.__init__.__globals__ }}",
    "{{ page.head.pieces.__globals__ }}",
    "{{ page.head.pieces.__closure__ }}",
    "{{ page.head.pieces.__code__.co_consts }}",
    "{{ page.head._shown }}",
    "{{ page.head.of.__func__ }}",
    "{{ cycler.__init__.__globals__.os.popen('touch made') }}",
    "{{ joiner.__init__.__globals__['os'] }}",
    "{{ namespace.__init__.__globals__ }}",
    "{{ range.__self__ }}",
    "{{ dict.mro() }}",
    "{{ dict.__base__ }}",
    "{{ lipsum.__globals__ }}",
    "{{ self.__init__.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ '{0.__class__}'.format(page) }}",
    "{{ '{0.__class__.__init__.__globals__}'|format(page) }}",
    "{{ '{x.__class__}'.format_map({'x': page}) }}",
    "{{ ('{0.__class__}'|safe).format(page) }}",
    "{{ site.assets.update({'style.css': '//evil'}) }}",
    "{{ site.assets.clear() }}",
    "{% set site.title = 'x' %}",
    "{% macro m() %}{% endmacro %}{{ m.__init__ }}",
    "{{ (''.join).__self__.__class__ }}",
    "{% for x in [1] %}{{ loop.__init__.__globals__ }}{% endfor %}",
    "{{ 'x'.format.__globals__ }}",
    "{% include '/etc/passwd' %}",
    "{% include '../../config.yaml' %}",
    "{% import 'config.yaml' as c %}",
    "{% extends '../../content/secret.md' %}",
    "{% from 'os' import popen %}",
    "{{ open('/etc/passwd').read() }}",
    "{{ __import__('os') }}",
    "{{ config }}{{ request }}{{ get_flashed_messages }}",
)
#: What would be seen of Python's insides.
_INSIDES = re.compile(r"(?:<|&lt;)(?:class|function|module|code|method|built-in|cell)\b|evil")


@pytest.mark.parametrize("text", ESCAPES)
def test_b15_no_way_out_of_a_template_is_open(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = made_or_failed(text)
    if isinstance(found, TemplateFailed):
        assert (found.template, found.line) == ("x.html", 1)
    else:
        assert not _INSIDES.search(found)
    assert list(tmp_path.iterdir()) == []
    assert dict(SITE.assets) == {"style.css": "_assets/style.css"}


def test_b15_what_a_template_is_for_works_as_it_does_outside() -> None:
    text = """{%- macro row(name, value='—') -%}<b>{{ name }}</b>{{ value }}{%- endmacro -%}
{% set ns = namespace(n=0) %}{% for part in ['a', 'b'] * 2 %}{% set ns.n = ns.n + loop.index ** 2 %}{% endfor %}
{{ row('x' ~ ns.n) }} {{ '%05d %s' % (7, '<i>') }} {{ '%s'|format(page.head) }} {{ ['<', 2]|join(', ') }}
{{ 'a-b'.replace('-', '+') }} {{ 'x'.center(5) }}| {{ 'a\nb'|indent(2) }} {{ [1, 2, 3]|batch(2, 0)|list }}
{{ 7 // 2 - 1 % 2 }} {{ 'a b c'|wordwrap(3) }} {{ '{:>4}'.format(3) }} {{ (1, 2) + (3,) }} {{ ('b'|safe) ~ '<' }}
{{ [1, 2, 3, 4]|slice(2)|list }} {{ ['b', 'a']|sort|join }} {{ site.assets['style.css'] }} {{ 0.5 * 3 }} {{ 'ab'|join('-') }}
"""
    inside = shown(text)
    outside = render(Theme.of("t", {"x.html": text}, {}, SITE, ""), page("x.html")).decode()
    assert inside == outside
    assert "00007 &lt;i&gt;" in inside


def test_b15_a_theme_that_came_with_kb_is_no_stranger_and_any_other_template_is(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("title: T\n")
    assets, templates = tmp_path / "themes/paper/assets", tmp_path / "themes/paper/templates"
    assets.mkdir(parents=True)
    (assets / "custom.css").write_text("b {}")
    assert not _strange(tmp_path)
    templates.mkdir()
    (templates / "note.html").write_text('{% extends "paper/note.html" %}')
    assert _strange(tmp_path)


def _strange(root: Path) -> bool:
    found = read_theme(root, "themes", "paper")
    return bool(getattr(found, "strange"))  # noqa: B009 - of a theme, not of a problem


def test_b15_kb_s_own_templates_make_the_same_site_inside_and_outside(vault: Vault) -> None:
    note = "---\ntags: [a, b]\ndate: 2026-01-02\n---\n# {0}\n\n[[1]] and [[2]].\n\n## Part\n\n| a |\n| - |\n| b |\n"
    vault.write({f"{name}.md": note.format(name) for name in range(4)})
    outside = vault.build().pages
    for source in (shipped() / "paper/templates").iterdir():
        own = vault.root / "themes/paper/templates" / source.name
        own.parent.mkdir(parents=True, exist_ok=True)
        own.write_bytes(source.read_bytes())
    assert _strange(vault.root)
    assert vault.build().pages == outside


# B16

NESTED = "{% for a in range(99999) %}\n{% for b in range(99999) %}{% endfor %}{% endfor %}"
DOUBLED = "{% set ns = namespace(x='ab') %}{% for n in range(60) %}{% set ns.x = EXPRESSION %}{% endfor %}"
EXPENSIVE = (
    "{{ 'x' * 10**9 }}",
    "{{ 10**9 * 'x' }}",
    "{{ [1] * 10**9 }}",
    "{{ 'x'|center(10**9) }}",
    "{{ 'x'.center(10**9) }}",
    "{{ 'x'.ljust(10**9) }}",
    "{{ 'x'.zfill(10**9) }}",
    "{{ ('\\t' * 10**5).expandtabs(10**5) }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ '%*d' % (10**9, 1) }}",
    "{{ '%1000000000d'|format(1) }}",
    "{{ '{:1000000000}'.format(1) }}",
    "{{ '{:{}}'.format(1, 10**9) }}",
    "{{ ('a\\n' * 10**5)|indent(10**5) }}",
    "{{ [1]|batch(10**9, 'x')|list }}",
    "{{ [1]|slice(10**9)|list }}",
    "{{ range(10**9)|list }}",
    "{{ ('a' * 10**6).replace('a', 'b' * 10**6) }}",
    "{{ ('a' * 10**6)|replace('a', 'b' * 10**6) }}",
    "{{ (['a' * 10**6] * 10**5)|join }}",
    "{{ ''.join(['a' * 10**6] * 10**5) }}",
    "{{ ([[1] * 10**6] * 10**4)|sum(start=[])|length }}",
    "{{ 10 ** (10 ** 9) }}",
    "{{ (10**9).to_bytes(10**9, 'big') }}",
    "{{ lipsum(10**9) }}",
    "{% for n in range(99999) %}{{ 'x' * 10**6 }}{% endfor %}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% include 'x.html' %}",
    "{% import 'x.html' as x %}",
    DOUBLED.replace("EXPRESSION", "ns.x ~ ns.x"),
    DOUBLED.replace("EXPRESSION", "ns.x + ns.x"),
    DOUBLED.replace("EXPRESSION", "[ns.x, ns.x]|join"),
    DOUBLED.replace("EXPRESSION", "'%s%s' % (ns.x, ns.x)"),
    DOUBLED.replace("EXPRESSION", "ns.x.replace('a', ns.x)"),
    DOUBLED.replace("EXPRESSION", "ns.x|tojson|tojson"),
    NESTED,
    "{{ " + "(" * 300 + "1" + ")" * 300 + " }}",
    "{% if 1 %}" * 150 + "{% endif %}" * 150,
)


def within(text: str) -> str | TemplateFailed:
    with limited(0.5, 1 << 30):
        return made_or_failed(text)


def in_a_thread(work: Callable[[], Any]) -> Any:
    found: list[Any] = []
    thread = Thread(target=lambda: found.append(work()))
    thread.start()
    thread.join()
    return found[0]


@pytest.mark.parametrize("text", EXPENSIVE)
def test_b16_what_takes_all_time_or_memory_ends_soon_with_the_template_and_its_line(text: str) -> None:
    began = time.process_time()
    failed = within(text)
    assert time.process_time() - began < 8
    assert isinstance(failed, TemplateFailed)
    assert failed.template == "x.html"
    assert failed.line == (2 if text == NESTED else 1)
    assert failed.words


def test_b16_a_loop_without_end_is_given_up_in_another_thread_too() -> None:
    failed = in_a_thread(lambda: within(NESTED))
    assert isinstance(failed, TemplateFailed)
    assert (failed.template, failed.endless) == ("x.html", True)
    assert in_a_thread(lambda: within("fine")) == "fine"


@pytest.fixture
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.pipeline.rendering.SECONDS", 0.5)


def with_template(vault: Vault, name: str, text: str) -> Vault:
    path = vault.root / "themes/paper/templates" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return vault


@pytest.mark.usefixtures("_soon")
@pytest.mark.parametrize("jobs", [1, 2])
def test_b16_pages_of_a_template_without_end_fail_with_its_line_and_all_others_are_built(
    vault: Vault, jobs: int
) -> None:
    count = 5 if jobs == 1 else 120
    vault.write({f"{name}.md": f"# Note {name}\n\nText.\n" for name in range(count)})
    began = time.process_time()
    result = with_template(vault, "note.html", f"<p>\n{NESTED}").build(jobs=jobs)
    assert time.process_time() - began < 30
    assert result.errors == [
        "themes/paper/templates/note.html:3:1: template: this does not come to an end, and was given up"
    ]
    assert f"and {count - 1} more were not written" in result.problem("template").hint
    assert {"archive/index.html", "404.html"} <= result.pages.keys()
    assert "0/index.html" not in result.pages


@pytest.mark.usefixtures("_soon")
def test_b16_the_preview_shows_the_mistake_and_goes_on(vault: Vault) -> None:
    vault.write({"a.md": "# A\n\nText.\n"})
    with_template(vault, "note.html", f"<p>\n{NESTED}")
    live = Live(Ask(root=vault.root, cache=vault.cache, jobs=1), drafts=True)
    live.start()

    def looked_at() -> TemplateFailed | None:
        try:
            live.page("a/index.html")
        except TemplateFailed as failed:
            return failed
        return None

    failed = in_a_thread(looked_at)
    assert failed is not None
    assert (failed.template, failed.line) == ("note.html", 3)
    assert in_a_thread(lambda: live.page("archive/index.html")) is not None
    live.close()
