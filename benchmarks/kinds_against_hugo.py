"""kb beside Hugo on notes of all kinds: a tenth each of reviews, excerpts, reblogs, series and decisions.

    make bench-kinds                 10,000 notes, three counted rounds
    make bench-kinds ARGS=--quick    1,000 notes, one round

The notes are those of `make_vault.py`. Half of them get the front matter of a kind, and with it what such notes hold:
passages, an excerpt of the original, formulas, a table, a chart, a decision. Hugo has the same files, in which a block
of kb's is a block of code and a formula is text: the same words, though less is made of them. A round is Hugo from
nothing, then kb from nothing without its search. Exits with 1 where kb's wall time is more than 1.5 times Hugo's; the
ratio of processor time is told, too, for machines on which others work.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Mapping
from random import Random
from statistics import median

from against_hugo import SEED, Contest, Run
from make_vault import Name
from words import rare_words, some_words

#: What kb's wall time may be at most as a share of Hugo's.
BAR = 1.5


def review(chance: Random) -> tuple[str, str]:
    """The fields of a review, and what its text holds besides."""
    best = chance.choice((5, 10))
    fields = (
        f"work: {_title(chance)}\ntype: {chance.choice(('film', 'book', 'album', 'thing'))}\n"
        f"year: {chance.randint(1900, 2024)}\ncreators: [{_title(chance)}]\n"
        f"rating: {chance.randint(0, best)}/{best}\nverdict: {_words(chance, 8)}\n"
    )
    return fields, f"> [!spoiler] The end\n> {_words(chance, 30)}"


def excerpt(chance: Random) -> tuple[str, str]:
    """Passages, quoted and retold, of one of a hundred works."""
    work = Random(f"work {chance.randrange(100)}")
    passages = [
        f"> [!{form}] p. {chance.randint(1, 400)}\n> {_words(chance, 40)}"
        for form in ("quote", "paraphrase", "quote")
    ]
    return f"work: {_title(work)}\nauthor: {_title(work)}\nyear: {work.randint(1700, 2024)}\n", "\n\n".join(
        passages
    )


def reblog(chance: Random) -> tuple[str, str]:
    """The beginning of an article, with the lines that come with one."""
    fields = f"url: https://example.com/{'/'.join(rare_words(chance, 2))}\nsite: {_title(chance)}\n"
    words = chance.randint(800, 9_000)
    length = f"{words // 240} minutes ({words:,} words)"
    return (
        fields,
        f"{length}\n\n> {_words(chance, 60)}\n>\n> View original post {words} more words",
    )


def series(chance: Random) -> tuple[str, str]:
    """A part of one of fifty series on mathematics: formulas, a table of data and a chart of it."""
    fields = f"series: {_title(Random(f'series {chance.randrange(50)}'))}\norder: {chance.randint(1, 40)}\n"
    rows = "\n".join(f"{word},{chance.randint(1, 99)}" for word in rare_words(chance, 8))
    formulas = (
        f"With $\\mu_{{{chance.randint(1, 9)}}}$ and $\\sigma^2 > 0$,\n\n$$\n"
        r"p(x) = \sum_{k=1}^{K} \pi_k \frac{1}{\sqrt{2\pi\sigma_k^2}} \exp\left(-\frac{(x-\mu_k)^2}{2\sigma_k^2}\right)"
        "\n$$"
    )
    return (
        fields,
        f"{formulas}\n\n```csv\nword,count\n{rows}\n```\n\n```chart\ntype: bar\n---\nword,count\n{rows}\n```",
    )


def decision(chance: Random) -> tuple[str, str]:
    """Six options, by four criteria."""
    criteria = list(dict.fromkeys(rare_words(chance, 8)))[:4]
    weights = "\n".join(f"  {each}: {chance.randint(1, 5)}" for each in criteria)
    rows = "\n".join(
        ",".join((f"{word} {number}", *(str(chance.randint(1, 10)) for _ in criteria)))
        for number, word in enumerate(rare_words(chance, 6))
    )
    block = (
        f"```decision\nmean: arithmetic\ncriteria:\n{weights}\n---\noption,{','.join(criteria)}\n{rows}\n```"
    )
    return f"question: {_words(chance, 6)}\nstatus: open\n", block


KINDS: Mapping[str, Callable[[Random], tuple[str, str]]] = {
    "review": review,
    "excerpt": excerpt,
    "reblog": reblog,
    "series": series,
    "decision": decision,
}


class Mixed(Contest):
    """Notes of which every tenth is of each kind."""

    def prepare(self) -> None:
        """Writes the notes and what belongs to each program's site."""
        super().prepare()
        self.configure(search=False)
        of_ten = list(KINDS)
        for number, name in enumerate(self.names):
            if number % 10 < len(of_ten):
                self._mix(name, of_ten[number % 10])

    def compared(self) -> tuple[Run, Run]:
        """What Hugo took, and kb."""
        self.set_aside(self.hugo_site, self.kb_site, self.cache)
        hugo = self.run_hugo()
        kb = self.run_kb("-q", "build")
        self.check_kinds()
        return hugo, kb

    def check_kinds(self) -> None:
        """Stops where a note of a kind is not shown as such: what nobody makes costs nothing."""
        marks = (
            " h-review",
            "data-passage=",
            'class="read-on"',
            'class="chart',
            'class="decision-table',
        )
        for name, mark in zip(self.names, marks, strict=False):
            for site in (self.kb_site, self.hugo_site):
                if not (site / name.url[1:] / "index.html").is_file():
                    sys.exit(f"{name.path} is not in {site}")
            page = (self.kb_site / name.url[1:] / "index.html").read_text(encoding="utf-8")
            if mark not in page:
                sys.exit(f"{name.path} has no {mark}")

    def _mix(self, name: Name, kind: str) -> None:
        fields, block = KINDS[kind](Random(f"{SEED} {kind} {name.path}"))
        fields = fields if kind == "series" else f"kind: {kind}\n{fields}"
        for root in (self.kb, self.hugo):
            file = root / "content" / name.path
            # Hugo means something of its own by some of these keys.
            own = (
                fields
                if root == self.kb
                else re.sub("^(kind|type|url):", r"its_\1:", fields, flags=re.MULTILINE)
            )
            text = file.read_text(encoding="utf-8").replace("\ntitle: ", f"\n{own}title: ", 1)
            file.write_text(f"{text}\n{block}\n", encoding="utf-8")


def _title(chance: Random) -> str:
    return " ".join(rare_words(chance, 2)).title()


def _words(chance: Random, count: int) -> str:
    return " ".join(some_words(chance, count)).capitalize()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="fewer notes, one round")
    parser.add_argument("--notes", type=int, help="how many notes")
    parser.add_argument("--rounds", type=int, help="counted rounds")
    arguments = parser.parse_args()
    notes = arguments.notes or (1_000 if arguments.quick else 10_000)
    count = arguments.rounds or (1 if arguments.quick else 3)
    print(
        f"{os.cpu_count()} cores; load {os.getloadavg()[0]:.1f} before the start (a quiet machine has less than 0.3)"
    )
    contest = Mixed(notes)
    contest.prepare()
    rounds = []
    for number in range(count + 1):
        hugo, kb = contest.compared()
        rounds.append((hugo, kb))
        took = f"Hugo {hugo.wall:.2f} s, kb {kb.wall:.2f} s; of processor {hugo.cpu:.2f} s, {kb.cpu:.2f} s"
        print(f"round {number}: {took}", flush=True)
    wall = median(kb.wall / hugo.wall for hugo, kb in rounds[1:])
    cpu = median(kb.cpu / hugo.cpu for hugo, kb in rounds[1:])
    verdict = "PASS" if wall <= BAR else "FAIL"
    print(f"{notes:,} notes of all kinds: {wall:.3f} × Hugo's wall time, at most {BAR}: {verdict}")
    print(f"{cpu:.3f} × its processor time")
    contest.tidy()
    sys.exit(wall > BAR)


if __name__ == "__main__":
    main()
