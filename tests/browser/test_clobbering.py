"""What a note calls a heading or an element misleads no script (B4): named elements are properties of window and document."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from browser import searched
from browser.preview import Preview

pytestmark = pytest.mark.xdist_group("browser")

#: What scripts ask window and document for, ours among them.
NAMES = """location cookie forms body head title documentElement getElementById querySelector querySelectorAll
    createElement addEventListener currentScript activeElement readyState defaultView children attributes scripts images
    links KBSearch Idiomorph CSS Highlight fetch history navigator URL URLSearchParams localStorage matchMedia
    customElements requestAnimationFrame top self parent window name status event origin open close length frames
    DOMParser IntersectionObserver EventSource setTimeout JSON Object Array Map Set Promise Intl document constructor
    __proto__ prototype hasOwnProperty toString valueOf kb search nav main""".split()  # fmt: skip
FORMS = (
    '<img name="{0}" id="{0}" src="a.png" alt="">',
    '<form name="{0}" id="{0}"><input name="{0}"></form>',
    '<a name="{0}">x</a><a id="{0}">y</a>',
    '<embed name="{0}"><object id="{0}" name="{0}"></object><iframe name="{0}"></iframe>',
    '<details name="{0}" id="{0}">z</details><p id="{0}">w</p>',
)
#: Everything that is asked for by one of the names, told apart by its kind: an element is none that the page's own gives.
ASKED = """(names) => names.map((name) => [document, window].map((from) => {
  const found = from[name];
  return found instanceof Element || found instanceof HTMLCollection || found instanceof NodeList
    ? `${found.constructor.name} ${found.localName ?? ""}` : typeof found;
}))"""


def clobbered() -> str:
    headings = "\n\n".join(f"## {name}\n\nText. ^{name.strip('_')}" for name in NAMES)
    html = "\n\n".join(form.format(name) for name in NAMES for form in FORMS)
    return searched.note("Clobbered", f"The words of zebras. [[Plain]]\n\n{headings}\n\n{html}\n")


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("clobbered")
    content = root / "vault/content"
    content.mkdir(parents=True)
    (root / "vault/config.yaml").write_text("title: Names\n", encoding="utf-8")
    (content / "Clobbered.md").write_text(clobbered(), encoding="utf-8")
    (content / "Plain.md").write_text(
        searched.note("Plain", "No zebra.\n\n## One\n\n## Two\n"), encoding="utf-8"
    )
    return root


@pytest.fixture(scope="module")
def address(vault: Path) -> Iterator[str]:
    searched.build(vault, vault / "web")
    with searched.served(vault / "web") as found:
        yield found


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context()
    page = context.new_page()
    mistakes: list[str] = []
    page.on("pageerror", lambda error: mistakes.append(str(error)))
    page.on("console", lambda said: mistakes.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    assert [each for each in mistakes if "404" not in each] == []  # of the picture, which is not there


def test_b4_no_name_of_a_note_stands_for_what_scripts_ask_the_page_for(address: str, page: Page) -> None:
    page.goto(f"{address}plain/")
    plain: list[list[str]] = page.evaluate(ASKED, NAMES)
    page.goto(f"{address}clobbered/")
    found: list[list[str]] = page.evaluate(ASKED, NAMES)
    for name, (document, window), (here, there) in zip(NAMES, plain, found, strict=True):
        assert here == document, f"document.{name}"
        # A name that nobody has is that of the element on window: no script of ours asks for it there but for what it
        # has put there itself, which counts more.
        assert window in {there, "undefined"}, f"window.{name}"
    assert any(there.startswith("HTML") for _, there in found)


def test_b4_all_that_the_scripts_do_works_on_such_a_page(address: str, page: Page) -> None:
    page.goto(f"{address}clobbered/")
    before = page.evaluate("document.documentElement.dataset.theme ?? ''")
    page.keyboard.press("/")
    page.get_by_role("combobox").fill("zebra")
    expect(page.get_by_role("option")).to_have_count(2)
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Plain").first.hover()
    expect(page.locator(".preview")).to_be_visible()
    assert page.evaluate("document.documentElement.dataset.theme ?? ''") == before
    page.goto(f"{address}clobbered/#location")
    assert page.evaluate("document.getElementById('location').localName") == "h2"
    page.goto(f"{address}graph/")
    expect(page.locator("main")).to_be_visible()


def test_b4_the_preview_brings_such_a_page_up_to_date(vault: Path, page: Page) -> None:
    preview = Preview(vault / "vault", vault / "preview-cache")
    preview.start()
    try:
        page.goto(f"{preview.url}clobbered/")
        expect(page.get_by_text("The words of zebras.")).to_be_visible()
        note = vault / "vault/content/Clobbered.md"
        note.write_text(clobbered().replace("words of zebras", "words of gnus"), encoding="utf-8")
        expect(page.get_by_text("The words of gnus.")).to_be_visible(timeout=20_000)
    finally:
        page.goto("about:blank")
        preview.stop()
