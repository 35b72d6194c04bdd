"""How much work colouring a block of code may be, told from its text alone: so that it is the same on every machine.

Pygments can hang on short input. Many of its expressions look ahead to the end of the line, or of the block, at each of
its characters, so that their work grows with the square of its length; on long runs of blanks and on endless repetition
some grow faster than any power. Honest code is far from all bounds here: of 4,700 blocks in other people's notes one
(a drawing written out in HTML) comes to three quarters of one, and all others to less than a tenth. What a look at
the text cannot tell is given up after some time (`kb.disk.patience`), and then its note is refused.
"""

from __future__ import annotations

import re
import zlib
from functools import lru_cache

_LONGEST = 64_000
#: Shorter code has no line that is too long.
_SHORT = 4_000
#: What the squares of the lengths of lines may come to, in a block and in a note: a second of work for the worst of
#: fifty popular languages, a tenth of that for most.
_LINES, _LINES_OF_NOTE = _SHORT**2, 4 * _SHORT**2
#: What the squares of the lengths of a note's blocks may come to: two seconds for the worst of them.
_BLOCKS_OF_NOTE = 30_000**2
#: Read letter by letter, and no expression looks ahead.
_DIRECT = frozenset(("json", "json-object", "jsonld", "json-ld"))
#: Their expressions look ahead less than others; their lines are long where pictures stand in them.
_MARKUP = frozenset(("html", "xml", "svg", "xhtml"))
_LIGHTER, _LIGHTER_BLOCK = 25, 4
#: Languages in which an expression looks ahead for the end of a declaration, over all words and lines to the next
#: sign that cannot be in one.
_DECLARING = frozenset(("csharp", "c#", "cs", "java", "groovy", "ceylon"))
_DECLARATION = re.compile(r"[\w\s.$@?<>\[\]]+")
#: What all of `_RUNS` begins with.
_RUN = re.compile(r"\s{80}")
_RUNS = re.compile(r"[ \t]{400}|\s{600}|(?:[ \t]+\n){40}")


@lru_cache(maxsize=8)  # asked when a block is read, and again when it is written
def is_quick(code: str, language: str) -> bool:
    """Whether nothing in the text of a block says that colouring it could take long."""
    if len(code) > _LONGEST or (_RUN.search(code) and _RUNS.search(code)):
        return False
    if len(code) > _SHORT and _lines(code, language) > _LINES:
        return False
    # Code repeats itself up to eight times over (measured on 500 real blocks), what hangs a lexer 25 times.
    return len(code) < 400 or len(code) < 20 * len(zlib.compress(code.encode(errors="replace"), 1))  # noqa: PLR2004


class Budget:
    """What the blocks of one note may come to together."""

    def __init__(self) -> None:
        self._lines, self._blocks = _LINES_OF_NOTE, _BLOCKS_OF_NOTE

    def has_room(self, code: str, language: str) -> bool:
        """Whether one more block has room in it, which it then takes."""
        lines, block = _lines(code, language), _block(code, language)
        if lines > self._lines or block > self._blocks:
            return False
        self._lines -= lines
        self._blocks -= block
        return True


def _lines(code: str, language: str) -> int:
    """The sum of the squares of the lengths of lines, or of whatever expressions of this language look ahead over."""
    if language in _DIRECT:
        return 0
    lines = sum([len(line) ** 2 for line in code.split("\n")])
    if language in _DECLARING:
        return max(lines, sum([len(words) ** 2 for words in _DECLARATION.findall(code)]))
    return lines // _LIGHTER if language in _MARKUP else lines


def _block(code: str, language: str) -> int:
    """The square of its length, for expressions that look ahead to its end."""
    if language in _DIRECT:
        return 0
    return len(code) ** 2 // (_LIGHTER_BLOCK if language in _MARKUP else 1)
