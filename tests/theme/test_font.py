"""The font that a site may choose: published by those that do and by no others, and asked for first of all."""

from __future__ import annotations

import re
from pathlib import Path

from website.web import Web, built

NOTE = {"one.md": "# One\n\nSome *text*.\n"}


def files_of(web: Web) -> list[str]:
    return sorted(path for path in web.files if "commonplace" in path)


def sheet_of(web: Web) -> str:
    return next(data.decode() for path, data in web.files.items() if "/style." in path)


def test_a_site_that_does_not_ask_for_it_has_nothing_of_it(tmp_path: Path) -> None:
    web = built(tmp_path, NOTE)
    assert files_of(web) == []
    assert "Commonplace" not in sheet_of(web)
    assert "preload" not in web.files["one/index.html"].decode()


def test_who_asks_for_it_publishes_two_files_and_every_page_asks_for_the_upright_one_at_once(
    tmp_path: Path,
) -> None:
    web = built(tmp_path, NOTE, "look: {font: commonplace}\n")
    italic, upright = files_of(web)
    assert re.fullmatch(r"_assets/commonplace-italic\.[0-9a-f]{12}\.woff2", italic)
    assert web.files[upright][:4] == web.files[italic][:4] == b"wOF2"
    sheet = sheet_of(web)
    for path in (italic, upright):
        assert f'url("{path.removeprefix("_assets/")}") format("woff2")' in sheet
    page = web.files["one/index.html"].decode()
    preload = f'<link rel="preload" as="font" type="font/woff2" href="../{upright}" crossorigin>'
    assert preload in page
    assert italic not in page


def test_text_is_set_in_it_and_in_a_font_of_the_same_width_until_it_is_there(tmp_path: Path) -> None:
    sheet = sheet_of(built(tmp_path, NOTE, "look: {font: commonplace}\n"))
    serif = re.findall(r"--serif: ([^;]*);", sheet)[-1]
    assert serif.startswith('Commonplace, "Commonplace as Georgia", "Commonplace as Times New Roman", ')
    faces = re.findall(r"@font-face \{(.*?)\}", sheet, flags=re.DOTALL)
    assert len(faces) == 2 + 3 * 3
    for face in faces:
        if "local(" in face:
            for name in ("size-adjust", "ascent-override", "descent-override", "line-gap-override"):
                assert f"{name}: " in face
        else:
            assert "font-display: optional" in face


def test_the_two_files_are_light(tmp_path: Path) -> None:
    web = built(tmp_path, NOTE, "look: {font: commonplace}\n")
    assert all(len(web.files[path]) <= 70_000 for path in files_of(web))
