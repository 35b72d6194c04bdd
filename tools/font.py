"""Make the font of the theme `paper` anew: ``python tools/font.py``.

Not a part of kb, and nothing that it needs: it takes npm, ``pip install fonttools==4.68.0 brotli==1.2.1``, and some
minutes. Source Serif 4, whose small caps and old-style figures the subsets of others lack, is cut down to what European
notes in Latin letters are written with, and to weights from regular to bold. Its licence reserves the name "Source" for
the font as Adobe made it, so what is cut out of it is called Commonplace.

What it writes: two files of the font, and the style sheet that names them. Until the font is there, and where it never
comes, a font of the system stands in, scaled so that text takes as much room: `STANDING_IN` names those, each with a
font that is as wide and can be had.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from fontTools.subset import Options, Subsetter, parse_unicodes
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import OverlapMode, instantiateVariableFont

ASSETS = Path(__file__).parents[1] / "themes" / "paper" / "assets"
NAME = "Commonplace"
PACKAGE = "source-serif@4.5.1"
FILES = {
    "normal": "package/WOFF2/VAR/SourceSerif4Variable-Roman.ttf.woff2",
    "italic": "package/WOFF2/VAR/SourceSerif4Variable-Italic.ttf.woff2",
}
#: Western, central and northern European letters, the punctuation of their typesetters, signs that notes use.
UNICODES = (
    "U+0020-007E,U+00A0-017F,U+018F,U+0192,U+0218-021B,U+0237,U+0259,U+02C6,U+02C7,U+02D8-02DD,U+1E80-1E85,U+1E9E,"
    "U+1EF2,U+1EF3,U+2002-200A,U+2010-2015,U+2018-201E,U+2020-2022,U+2026,U+202F,U+2030,U+2032,U+2033,U+2039,U+203A,"
    "U+2044,U+20AC,U+2116,U+2122,U+2190-2193,U+2212,U+2215,U+2248,U+2260,U+2264,U+2265,U+2605,U+2606"
)
FEATURES = ["kern", "ccmp", "locl", "liga", "onum", "lnum", "pnum", "tnum", "smcp", "c2sc"]
#: Regular to bold, drawn for the size of running text. The theme has no other weight.
AXES = {"wght": (400, 700), "opsz": 18}
#: What a page is set in without the font: names on machines, and where fonts as wide as those are to be had.
STANDING_IN = {
    ("Georgia", "Gelasio"): ("@fontsource/gelasio@5.3.0", "gelasio"),
    ("Times New Roman", "Liberation Serif", "Tinos"): ("@fontsource/tinos@5.3.0", "tinos"),
    ("Noto Serif",): ("@fontsource/noto-serif@5.3.0", "noto-serif"),
}
#: Each in these cuts: style, weight, what its name has behind that of the family.
CUTS = (("normal", 400, ""), ("italic", 400, " Italic"), ("normal", 700, " Bold"))
#: How often the letters of European texts come, in a thousand: what the width of a line follows from.
OFTEN = {
    " ": 180, "e": 102, "t": 74, "a": 68, "o": 62, "n": 58, "i": 57, "s": 53, "r": 50, "h": 46, "l": 35, "d": 34,
    "c": 24, "u": 23, "m": 20, "f": 18, "p": 17, "g": 16, "w": 15, "y": 15, "b": 13, "v": 8, "k": 6, ",": 10, ".": 9,
}  # fmt: skip

SHEET = """\
/* The font that comes with the theme, where `look: font: commonplace` asks for it. Written by tools/font.py.
 *
 * It is shown if it is there in time, and every page asks for it first of all: no text changes its letters while it is
 * read. The fonts that stand in for it are scaled to its width, so that lines break where they would.
 */
"""
FACE = """
@font-face {{
  font-family: {name};
  src: url("{file}") format("woff2");
  font-weight: 400 700;
  font-style: {style};
  font-display: optional;
  unicode-range: {unicodes};
}}
"""
STAND_IN = """
@font-face {{
  font-family: "{name} as {known}";
  src: {local};
  font-weight: {weight};
  font-style: {style};
  size-adjust: {size:.1f}%;
  ascent-override: {ascent:.1f}%;
  descent-override: {descent:.1f}%;
  line-gap-override: 0%;
}}
"""
ROOT = """
:root {{
  --serif: {fonts}, Charter, "Bitstream Charter", "Sitka Text", Cambria, serif;
  --reading: var(--serif); /* what a theme sets its text in that has no serifs of its own */
}}
"""


def main() -> int:
    """Write the files; say how large they are."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        package = fetched(folder, PACKAGE)
        for style, inside in FILES.items():
            font, file = subset(TTFont(package / inside)), file_of(style)
            font.save(file)
            print(f"{file.name}: {file.stat().st_size} bytes, {font['maxp'].numGlyphs} glyphs")
        (ASSETS / "commonplace.css").write_text(sheet(folder), "utf-8")
    return 0


def file_of(style: str) -> Path:
    """The file of the font, upright ("normal") or italic."""
    return ASSETS / f"commonplace-{style}.woff2"


def sheet(folder: Path) -> str:
    """The style sheet. Packages are unpacked in `folder`."""
    text = SHEET
    for style in FILES:
        text += FACE.format(name=NAME, file=file_of(style).name, style=style, unicodes=shown(UNICODES))
    for names, (package, short) in STANDING_IN.items():
        files = fetched(folder, package) / "package" / "files"
        for style, weight, behind in CUTS:
            cut = instantiateVariableFont(TTFont(file_of(style)), {"wght": weight})
            size = width(cut) / width(TTFont(files / f"{short}-latin-{weight}-{style}.woff2"))
            text += STAND_IN.format(
                name=NAME,
                known=names[0],
                local=", ".join(f'local("{each}{behind}")' for each in names),
                weight=weight,
                style=style,
                size=100 * size,
                ascent=cut["hhea"].ascent / 10 / size,
                descent=-cut["hhea"].descent / 10 / size,
            )
    fonts = [NAME, *(f'"{NAME} as {names[0]}"' for names in STANDING_IN)]
    return text + ROOT.format(fonts=", ".join(fonts))


def fetched(folder: Path, package: str) -> Path:
    """The folder of a package of npm, unpacked."""
    place = folder / package.replace("/", "-")
    if not place.is_dir():
        place.mkdir()
        command = ["npm", "pack", package, "--silent"]
        done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=True)
        with tarfile.open(place / done.stdout.split()[-1]) as archive:
            archive.extractall(place, filter="data")
    return place


def subset(font: TTFont) -> TTFont:
    """The font with fewer glyphs, one axis, and a name of its own."""
    whole = io.BytesIO()  # what is cut has to be read anew: its variations come with the glyphs
    instantiateVariableFont(font, AXES, overlap=OverlapMode.KEEP_AND_SET_FLAGS).save(whole)
    font = TTFont(whole, recalcTimestamp=False)
    options = Options()
    options.layout_features = FEATURES
    options.hinting = False
    options.flavor = "woff2"
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    cutter = Subsetter(options)
    cutter.populate(unicodes=parse_unicodes(UNICODES.replace("U+", "")))
    cutter.subset(font)
    for record in font["name"].names:
        if record.nameID in {1, 3, 4, 6}:
            record.string = NAME
    font.flavor = "woff2"
    return font


def width(font: TTFont) -> float:
    """How wide the letters of a text are on the average, in parts of the size of the type."""
    letters, widths = font.getBestCmap(), font["hmtx"]
    whole = sum(often * widths[letters[ord(letter)]][0] for letter, often in OFTEN.items())
    return whole / sum(OFTEN.values()) / font["head"].unitsPerEm


def shown(unicodes: str) -> str:
    """The ranges, as CSS writes them."""
    return unicodes.replace(",", ", ")


if __name__ == "__main__":
    sys.exit(main())
