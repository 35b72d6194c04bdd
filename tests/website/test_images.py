"""Pictures on a site: nobody is told where they were taken, and a reader loads no more of them than is shown."""

from __future__ import annotations

import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from kb.media.picture import published
from kb.pipeline import opening
from kb.pipeline.building import build
from kb.pipeline.opening import Ask, BadConfig
from media.photos import FORMATS, SECRET, photo, shown
from website.web import CONFIG, Web, built, made, written

NOTE = "![A tree](tree.jpg)\n\n![[tree.jpg|the tree again|200]]\n"
SRC = Path(__file__).resolve().parents[2] / "src"


def drawings(web: Web) -> dict[int, bytes]:
    """The drawings of the one picture by their width."""
    found = {path: data for path, data in web.files.items() if path.startswith("_images/")}
    return {int(path.partition("-")[2].partition(".")[0]): data for path, data in found.items()}


def test_the_secret_of_a_picture_is_nowhere_in_the_site(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        f"{form.lower()}.{form.lower()}": photo(form, (900, 600), 6) for form in FORMATS
    }
    files["photo.JPG"] = photo("JPEG") + SECRET
    files["photo.JPG_original"] = photo("JPEG")
    files["secret.svg"] = (
        f'<svg xmlns="http://www.w3.org/2000/svg"><metadata>{SECRET.decode()}</metadata></svg>'
    )
    web = built(tmp_path, {"a.md": "".join(f"![x]({name}) [l]({name})\n" for name in files), **files})
    assert web.codes() == []
    assert {name.lower() for name in files} <= {name.lower() for name in web.files}
    assert [path for path, data in web.files.items() if SECRET in data] == []
    assert len([path for path in web.files if path.startswith("_images/")]) == 2 * 4
    # of an AVIF that lies on its side the size is not known


def test_a_browser_may_choose_among_drawings_of_a_picture(tmp_path: Path) -> None:
    web = built(tmp_path, {"a.md": NOTE, "tree.jpg": photo("JPEG", (1200, 800))})
    first, second = web.page("a/index.html").all("img")
    choices = [choice.split() for choice in first["srcset"].split(", ")]
    assert [width for _, width in choices] == ["480w", "960w", "1200w"]
    assert (first["width"], first["height"], first["src"]) == ("1200", "800", "../tree.jpg")
    assert first["sizes"] == "(min-width: 36em) 34em, 100vw"
    assert (second["sizes"], second["width"], second["height"]) == ("200px", "200", "133")
    assert {address.removeprefix("../") for address, _ in choices} <= web.files.keys()
    assert {width: shown(data)[0] for width, data in drawings(web).items()} == {
        480: (480, 320),
        960: (960, 640),
        1200: (1200, 800),
    }
    assert len(drawings(web)[480]) < len(web.files["tree.jpg"])
    assert web.files["tree.jpg"] == published(photo("JPEG", (1200, 800)))


def test_a_picture_that_lies_on_its_side_is_drawn_upright_and_measured_so(tmp_path: Path) -> None:
    web = built(tmp_path, {"a.md": NOTE, "tree.jpg": photo("JPEG", (800, 600), 6)})
    image = web.page("a/index.html").all("img")[0]
    assert (image["width"], image["height"]) == ("600", "800")
    assert {width: shown(data)[0] for width, data in drawings(web).items()} == {
        480: (480, 640),
        600: (600, 800),
    }
    with (
        Image.open(BytesIO(drawings(web)[600])) as drawn,
        Image.open(BytesIO(photo("JPEG", (800, 600)))) as lying,
    ):
        corner = lying.convert("RGB").getpixel((10, 590))
        assert isinstance(corner, tuple)
        found = drawn.convert("RGB").getpixel((9, 9))
        assert isinstance(found, tuple)
        assert all(abs(a - b) < 30 for a, b in zip(corner, found, strict=True))


@pytest.mark.parametrize(
    ("config", "widths"),
    [
        ("images: false\n", []),
        ("images: {widths: [300, 100]}\n", [100, 300]),
        ("images: {widths: [300, 2000]}\n", [300, 1200]),
        ("images: {widths: [2000]}\n", []),
        ("images: true\n", [480, 960, 1200]),
    ],
)
def test_the_configuration_says_how_wide_the_drawings_are(
    tmp_path: Path, config: str, widths: list[int]
) -> None:
    web = built(tmp_path, {"a.md": NOTE, "tree.jpg": photo("JPEG", (1200, 800))}, CONFIG + config)
    assert sorted(drawings(web)) == widths
    assert ("srcset" in web.text("a/index.html")) == bool(widths)


def test_small_and_moving_pictures_and_those_with_a_flaw_are_not_drawn_anew(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (900, 9), colour) for colour in ("red", "blue")]
    moving = BytesIO()
    frames[0].save(moving, "GIF", save_all=True, append_images=frames[1:])
    files = {
        "small.png": photo("PNG"),
        "moving.gif": moving.getvalue(),
        "cut.jpg": photo("JPEG", (900, 9))[:-99],
    }
    web = built(tmp_path, {"a.md": "".join(f"![x]({name})\n" for name in files), **files})
    assert drawings(web) == {}
    assert web.codes() == ["unreadable-image"]


def test_a_picture_that_only_looks_whole_is_shown_as_well_as_can_be(tmp_path: Path) -> None:
    whole = photo("PNG", (900, 90))
    start = whole.index(b"IDAT") + 4
    broken = whole[:start] + b"\0" * 40 + whole[start + 40 :]
    web = built(tmp_path, {"a.md": "![x](p.png)", "p.png": broken})
    assert set(drawings(web).values()) == {web.files["p.png"]}


def test_a_picture_that_cannot_be_shown_is_told_where_it_is_used(tmp_path: Path) -> None:
    web = built(
        tmp_path,
        {
            "a.md": "Text.\n\n![x](p.png) ![[q.svg]]\n\n[only a link](p.png)\n",
            "p.png": b"no",
            "q.svg": "<svg",
        },
    )
    png, svg = [problem for problem in web.problems if problem.code == "unreadable-image"]
    assert (png.place.path, png.place.line, png.place.column) == ("content/a.md", 3, 1)
    assert (
        "p.png cannot be shown as it should be: it is no picture of a kind that browsers show" in png.message
    )
    assert "it is no well-formed SVG" in svg.message


def test_a_picture_of_a_private_note_is_neither_copied_nor_drawn(tmp_path: Path) -> None:
    web = built(
        tmp_path, {"a.md": f"---\npublish: false\n---\n{NOTE}", "tree.jpg": photo("JPEG", (1200, 800))}
    )
    assert not [path for path in web.files if path.rpartition("/")[2].startswith("tree")]


def test_an_edited_picture_is_another_in_the_incremental_build_as_in_a_clean_one(tmp_path: Path) -> None:
    built(tmp_path, {"a.md": NOTE, "b.md": "![x](copy.jpg)", "tree.jpg": photo("JPEG", (700, 500))})
    web = built(tmp_path, {"tree.jpg": photo("PNG", (640, 500)), "copy.jpg": photo("PNG", (640, 500))})
    assert sorted(drawings(web)) == [480, 640]
    again = build(Ask(root=tmp_path, output=tmp_path / "site"), lambda *_: None).report
    assert (again.written, again.removed) == ((), ())
    code = (
        "import sys\nfrom pathlib import Path\nfrom kb.pipeline.building import build\n"
        "from kb.pipeline.opening import Ask\n"
        "build(Ask(root=Path(sys.argv[1]), output=Path(sys.argv[2]), cache=Path(sys.argv[3])), lambda *_: None)"
    )
    env = {**os.environ, "PYTHONPATH": str(SRC), "PYTHONHASHSEED": "7"}
    clean = tmp_path / "clean"
    run = [sys.executable, "-c", code, str(tmp_path), str(clean), str(tmp_path / "cache")]
    subprocess.run(run, env=env, check=True)
    assert Web(clean).files == web.files
    kept = sorted((tmp_path / "cache").rglob("images/*"))
    assert len(kept) == 2  # equal pictures have equal drawings, whatever they are called
    for file in kept[:1]:
        file.write_bytes(b"damaged")
    subprocess.run([*run[:4], str(tmp_path / "third"), run[5]], env=env, check=True)
    assert Web(tmp_path / "third").files == web.files


def test_without_what_draws_pictures_are_stripped_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "can_draw", lambda: False)
    web = built(tmp_path, {"a.md": NOTE, "tree.jpg": photo("JPEG", (1200, 800), 6)})
    assert web.files["tree.jpg"] == published(photo("JPEG", (1200, 800), 6))
    assert drawings(web) == {}
    written(tmp_path, {}, CONFIG + "images: true\n")
    with pytest.raises(BadConfig, match="needs Pillow"):
        made(tmp_path, tmp_path / "site")


def test_the_first_picture_of_a_note_is_loaded_at_once_and_others_when_they_come_in_sight(
    tmp_path: Path,
) -> None:
    far = "Text.\n\n" * 40
    web = built(tmp_path, {"a.md": NOTE, "b.md": far + NOTE, "c.md": "![[a]]", "tree.jpg": photo("JPEG")})
    late = {
        path: [image.get("loading", "") for image in web.page(f"{path}/index.html").all("img")]
        for path in "abc"
    }
    assert late == {"a": ["", "lazy"], "b": ["lazy", "lazy"], "c": ["lazy", "lazy"]}


def test_a_picture_with_a_title_that_stands_alone_is_a_figure(tmp_path: Path) -> None:
    note = '![A *tree*](tree.jpg "Oak & <ash>")\n\nSome ![x](tree.jpg "title") text.\n'
    web = built(tmp_path, {"a.md": note, "tree.jpg": photo("JPEG")})
    body = web.body("a/index.html")
    assert body.startswith(
        '<figure><img src="../tree.jpg" alt="A tree" width="64" height="48" decoding="async">'
    )
    assert "<figcaption>Oak &amp; &lt;ash&gt;</figcaption></figure>" in body
    assert body.count("<figure") == 1
    assert 'title="title"' in body
