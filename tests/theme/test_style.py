"""The stylesheet of the default theme: enough contrast by day and by night, and nothing from elsewhere."""

from __future__ import annotations

import re
from math import cos, pi, sin
from pathlib import Path

import pytest

from kb.disk.themes import OF_FONT
from kb.read.rules.colors import DARK_BACKGROUND, LIGHT_BACKGROUND
from theme.sample import PAPER

CSS = (PAPER / "assets" / "style.css").read_text("utf-8")
SHEETS = sorted((PAPER / "assets").glob("*.css"))
DAY, NIGHT = 0, 1
HUES = sorted({int(hue) for hue in re.findall(r"--hue: (\d+);", CSS)})


def luminance(linear: tuple[float, ...]) -> float:
    """WCAG's relative luminance of linear red, green and blue, each cut to what a screen can show."""
    red, green, blue = (min(1.0, max(0.0, channel)) for channel in linear)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def of_oklch(lightness: float, chroma: float, hue: float) -> float:
    """The luminance of an OKLCH colour (B. Ottosson's matrices)."""
    a, b = chroma * cos(hue * pi / 180), chroma * sin(hue * pi / 180)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return luminance(
        (
            4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
            -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
            -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
        )
    )


def of_hex(text: str) -> float:
    channels = (int(text[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return luminance(tuple(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels))


def colours(scheme: int) -> dict[str, float]:
    """The luminance of each named colour, by day or by night."""
    oklch = r"oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)"
    pairs = re.findall(rf"--(\w+): light-dark\({oklch}, {oklch}\)", CSS)
    start = 1 + 3 * scheme
    return {pair[0]: of_oklch(*map(float, pair[start : start + 3])) for pair in pairs}


def contrast(one: float, other: float) -> float:
    light, dark = max(one, other), min(one, other)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [DAY, NIGHT], ids=["day", "night"])
def test_running_text_has_the_contrast_of_aaa_and_all_else_that_of_aa(scheme: int) -> None:
    tone = colours(scheme)
    for ground in ("paper", "shade", "tint"):
        assert contrast(tone["ink"], tone[ground]) >= 7, ground
        assert contrast(tone["accent"], tone[ground]) >= 4.5, ground
    for ground in ("paper", "shade"):
        assert contrast(tone["soft"], tone[ground]) >= 4.5, ground
    assert contrast(tone["accent"], tone["paper"]) >= 7


def test_code_is_coloured_for_a_ground_that_is_a_little_nearer_to_it_than_the_real_one() -> None:
    day, night = of_hex(LIGHT_BACKGROUND), of_hex(DARK_BACKGROUND)
    assert 0.98 * colours(DAY)["shade"] < day < colours(DAY)["shade"]
    assert colours(NIGHT)["shade"] < night < 1.15 * colours(NIGHT)["shade"]


@pytest.mark.parametrize("scheme", [DAY, NIGHT], ids=["day", "night"])
@pytest.mark.parametrize("hue", HUES)
def test_the_name_of_a_callout_is_readable_in_each_of_its_colours(hue: int, scheme: int) -> None:
    found = re.search(r"--tone: light-dark\(oklch\(([\d.]+) .*, oklch\(([\d.]+) ", CSS)
    assert found
    lightness = float(found[1 + scheme])
    for chroma in (0.012, 0.075, 0.12):
        assert contrast(of_oklch(lightness, chroma, hue), colours(scheme)["paper"]) >= 4.5


def test_a_browser_without_light_dark_gets_the_colours_of_the_day() -> None:
    plain = {name: of_hex(value) for name, value in re.findall(r"--(\w+): (#[0-9a-f]{6});", CSS)}
    for name, tone in colours(DAY).items():
        assert contrast(plain[name], tone) < 1.06, name


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_the_stylesheet_fetches_nothing(sheet: Path) -> None:
    """Only the sheet of the font that a site may choose names files, and those lie beside it."""
    own = () if sheet.name in OF_FONT else ("@font-face", "url(")
    for word in ("@import", "http://", "https://", *own):
        assert word not in sheet.read_text("utf-8")


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_nothing_moves_by_itself(sheet: Path) -> None:
    """But the page itself on the way to another, for a moment, if the reader does not mind."""
    text = sheet.read_text("utf-8")
    if sheet.name == "transitions.css":
        asked, _, text = text.partition("@media (prefers-reduced-motion: no-preference) {")
        assert "{" not in asked
        assert text.count("{") == 2
        return
    for word in ("animation", "transition", " scroll-behavior"):
        assert word not in text


@pytest.mark.parametrize(
    "kind", "abstract info todo tip success question warning failure danger bug example quote".split()
)
def test_every_kind_of_callout_has_its_colour(kind: str) -> None:
    assert f'[data-callout="{kind}"]' in CSS


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_the_stylesheet_is_well_formed(sheet: Path) -> None:
    bare = re.sub(r"/\*.*?\*/|\"[^\"]*\"", "", sheet.read_text("utf-8"), flags=re.DOTALL)
    assert bare.count("{") == bare.count("}")
    assert bare.count("(") == bare.count(")")
    assert "!important" not in bare


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_left_and_right_are_never_named_so_that_a_page_can_be_mirrored(sheet: Path) -> None:
    physical = re.findall(
        r"^\s+(?:margin|padding|border|inset)-(?:left|right)|^\s+(?:left|right):",
        sheet.read_text("utf-8"),
        re.MULTILINE,
    )
    assert physical == []


def test_what_a_site_may_set_is_named_on_the_root_alone_where_its_own_rules_come_after() -> None:
    for name in ("--measure", "--accent", "--serif", "--sans", "--mono"):
        found = re.findall(r"([^{}]+)\{[^{}]*" + name + r":", re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL))
        assert {selector.strip() for selector in found} == {":root"}, name
