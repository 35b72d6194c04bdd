"""What makes the client's script small leaves what it does as it is."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess

import pytest

from kb.search.script import MADE, client
from search.make_client import made
from search.small import KEPT, small

CASES = {
    "variables get other names, properties keep theirs": (
        "const long = { name: 1, size: 2 }; const { name, size: other } = long; globalThis.result = { name, other, size: long.size };",
        {"name": 1, "other": 2, "size": 2},
    ),
    "a colon of a condition is none of an object": (
        "const yes = true; const one = 1; const two = 2; globalThis.result = [yes ? one : two, { yes: yes ? two : one }];",
        [1, {"yes": 2}],
    ),
    "templates are filled": (
        'const word = "x"; const whole = `a  ${word}  {b} ${word + 1}`; globalThis.result = whole;',
        "a  x  {b} x1",
    ),
    "texts, regular expressions and divisions are told apart": (
        'const text = "a / b // c"; const half = (text.length + 1) / 2 / 1; globalThis.result = [text.replace(/[/"] ?/g, "-"), half, /\\//.test(text)];',
        ["a -b --c", 5.5, True],
    ),
    "signs do not run together": (
        "let at = 1; const one = at++ + +at; const two = at-- - -at; globalThis.result = [one, two];",
        [3, 3],
    ),
    "comments are left out": (
        "// one\nlet found = 1; // `two\n// }\nfound = found + 1; // ${\nglobalThis.result = found;",
        2,
    ),
    "parameters are variables": (
        "const each = ({ docs, at = 1 }, [first, , third], ...rest) => [docs, at, first, third, ...rest];\n// ${\nfunction again(docs) { return each({ docs }, [1, 2, 3], 4); } globalThis.result = again(7);",
        [7, 1, 1, 3, 4],
    ),
    "names that are taken stay free": (
        "const a = 1; const first = 2; const b = 3; globalThis.result = [a, first, b];",
        [1, 2, 3],
    ),
    "a name within another's scope is another's": (
        "const one = 1; const two = (one) => { const other = one + 1; { const one = 5; globalThis.result = [one, other]; } return one; }; for (const one of [3]) { const kept = two(one); globalThis.result.push(kept, one); } globalThis.result.push(one);",
        [5, 4, 3, 3, 1],
    ),
    "an arrow ends where its expression does": (
        "const pick = (yes) => yes ? (one) => one + 1 : (one) => `${one} ${yes} `; const all = [pick(true)(1), pick(false)(2)]; globalThis.result = all;",
        [2, "2 false "],
    ),
    "what is caught has a name": (
        "let said = 0; try { throw { why: 1 }; } catch (error) { const why = error.why; said = why; } globalThis.result = said;",
        1,
    ),
    "declarations become one, unless something stands between them": (
        "const one = 1; const two = (one) => { const three = 3; let four = one; const five = 5; four++; const six = 6; return [three, four, five, six]; }; const all = []; for (const [at] of [[7]]) { const more = at; const most = more + 1; all.push(more, most); } const last = async (one) => one; const none = ({ one }) => one, call = (...each) => each[0](); call(() => 1); globalThis.result = [one, two(1), all, typeof last, none({ one: 9 })];",
        [1, [3, 2, 5, 6], [7, 8], "function", 9],
    ),
    "loops and blocks without anything": (
        "let at = 0; for (; at < 3; at++) { at; } const none = {}; globalThis.result = [at, none];",
        [3, {}],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_small_script_does_the_same(name: str) -> None:
    script, result = CASES[name]
    node = shutil.which("node")
    if node is None:
        pytest.skip("scripts are run by Node, and there is none")
    for text in (script, small(script)):
        whole = f"{text}\nconsole.log(JSON.stringify(globalThis.result));"
        out = subprocess.run([node, "-e", whole], capture_output=True, text=True, check=True).stdout
        assert json.loads(out) == result, text


def test_a_small_script_is_small() -> None:
    assert (
        small("// Why.\nconst longer = (word) => {\n  return { word };\n};\n")
        == "const a=a=>{return{word:a}};"
    )


def test_what_it_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="'single"):
        small("const text = 'single';")


def test_no_short_name_is_a_word_of_the_language() -> None:
    names = [f"name{number}" for number in range(3000)]
    made = small("".join(f"const {name} = 1;" for name in names))
    short = re.findall(r"[ ,](\w+)=", made)
    assert len(set(short)) == len(names)
    assert not KEPT & set(short)


def test_a_name_that_nobody_declares_is_refused() -> None:
    with pytest.raises(ValueError, match="localStorage"):
        small("const found = localStorage.length;")


@pytest.mark.parametrize("stemmer", MADE)
def test_what_is_sent_is_made_of_the_parts_as_they_are_now(stemmer: str) -> None:
    assert MADE[stemmer].read_text(encoding="utf-8") == made(stemmer), "run tests/search/make_client.py"


def test_the_client_with_its_stemmer_is_at_most_ten_thousand_bytes_packed() -> None:
    assert len(gzip.compress(client("en"), 9)) <= 10_000


@pytest.mark.parametrize("language", ["en", "de", "tlh"])
def test_the_client_makes_no_code_out_of_text_and_no_text_into_html(language: str) -> None:
    script = client(language).decode()
    assert not re.search(r"\beval\b|new Function|innerHTML|WebAssembly|import\s*\(", script)
