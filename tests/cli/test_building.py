"""`kb build` and its options, the exit codes, and what happens when a build is stopped or meets another."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli.shell import Shell

HOLD = """
import sys, time
from pathlib import Path
from kb.disk.lock import hold
with hold(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


# Exit codes


def test_a_good_build_exits_with_0_and_says_what_it_did_in_one_line(small: Shell) -> None:
    first = small.kb("build")
    assert (first.code, first.err) == (0, "")
    count = len(small.site())
    assert first.out.startswith(f"built {count} files ({count} written, 0 kept, 0 removed) in ")
    assert first.out.endswith(" s → site/\n")
    second = small.kb("build")
    assert second.out.startswith(f"built {count} files (0 written, {count} kept, 0 removed) in ")


def test_removed_notes_are_counted(small: Shell) -> None:
    with (small.here / "config.yaml").open("a") as config:
        config.write("\nsearch: false\n")  # its files are counted, too, and other words have other names
    small.kb("build")
    (small.here / "content/Two words.md").unlink()
    assert " 2 removed)" in small.kb("build").out  # the page and its picture
    assert "two-words/index.html" not in small.site()


def test_notes_with_errors_exit_with_1_and_all_others_are_built(broken: Shell) -> None:
    done = broken.kb("build")
    assert done.code == 1
    assert done.out.endswith("; 1 error, 2 warnings\n")
    assert {"index.html", "a/index.html"} <= broken.site().keys()
    assert "film/index.html" not in broken.site()
    assert broken.kb("check").code == 1


def test_warnings_exit_with_0_and_with_1_where_strict(broken: Shell) -> None:
    (broken.here / "content/film.md").unlink()
    for command in ("build", "check"):
        assert broken.kb(command).code == 0
        assert broken.kb(command, "--strict").code == 1


def test_a_broken_configuration_exits_with_2_and_the_last_site_stays(small: Shell) -> None:
    small.kb("build")
    before = small.site()
    small.write({"config.yaml": "tittle: Small\npage_size: many\nplugins: 3\n"})
    for command in (["build"], ["build", "--clean"], ["check"], ["why", "one"], ["new", "X"]):
        done = small.kb(*command)
        assert done.code == 2
        lines = [line for line in done.err.splitlines() if line.startswith("config.yaml:")]
        assert [line.split(" ")[0] for line in lines] == [
            "config.yaml:1:1:",
            "config.yaml:2:12:",
            "config.yaml:3:10:",
        ]
        assert "  hint: did you mean title?" in done.err
        assert "3 mistakes in the configuration; nothing was done" in done.err
    assert small.site() == before


def test_a_configuration_that_is_no_text_is_told_in_words(small: Shell) -> None:
    small.write({"config.yaml": b"title: \xff\xfe\n"})
    done = small.kb("build")
    assert done.code == 2
    assert "is not UTF-8 text" in done.err


def test_a_missing_theme_exits_with_2_and_names_those_that_there_are(small: Shell) -> None:
    small.write({"config.yaml": "title: x\ntheme: papper\n", "themes/own/templates/note.html": "x"})
    done = small.kb("build")
    assert done.code == 2
    assert "no theme is called 'papper'" in done.err
    assert "own, paper" in done.err
    assert not (small.here / "site").exists()


def test_a_missing_content_folder_exits_with_2(shell: Shell) -> None:
    shell.write({"config.yaml": "title: T\ncontent: notes\n"})
    done = shell.kb("build")
    assert done.code == 2
    assert done.err.startswith("config.yaml:2:10: config: the content folder ")
    assert "notes is not there" in done.err


def test_a_template_s_mistake_exits_with_1_and_other_pages_are_built(small: Shell) -> None:
    text = '{% extends "paper/note.html" %}\n{% block title %}\n{{ page.nothing }}\n{% endblock %}\n'
    small.write({"themes/paper/templates/note.html": text})
    done = small.kb("build")
    assert done.code == 1
    assert "themes/paper/templates/note.html:3:1: template: a NotePage has no attribute 'nothing'" in done.err
    assert "2 pages not written" in done.out
    assert {"archive/index.html", "tags/tag/index.html", "feed.xml"} <= small.site().keys()
    assert "one/index.html" not in small.site()


def test_a_template_may_override_one_block(small: Shell) -> None:
    text = (
        '{% extends "paper/note.html" %}\n{% block title %}<h1>My own {{ page.title }}</h1>{% endblock %}\n'
    )
    small.write({"themes/paper/templates/note.html": text})
    assert small.kb("build").code == 0
    assert b"<h1>My own One</h1>" in small.site()["one/index.html"]


@pytest.mark.skipif(sys.platform == "win32", reason="no lock there")
def test_while_another_build_is_running_kb_exits_with_75(small: Shell) -> None:
    small.kb("build")
    before = small.site()
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(small.here / "site")],
        env=small.env,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        small.write({"content/new.md": "new"})
        done = small.kb("build")
        assert done.code == 75
        assert "another build is writing into" in done.err
        assert small.site() == before
    finally:
        holder.kill()
        holder.communicate()
    assert small.kb("build").code == 0
    assert "new/index.html" in small.site()


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_interrupted_build_exits_with_130_and_leaves_the_old_site_whole(shell: Shell, jobs: str) -> None:
    notes = {f"content/n{i}.md": f"# Note {i}\n\nOld text. [[n{i + 1}]]\n" for i in range(250)}
    shell.write({"config.yaml": "title: Big\n", **notes})
    shell.kb("build")
    before = shell.site()
    shell.write({path: text.replace("Old", "New") * 25 for path, text in notes.items()})
    process = shell.start("build", "--jobs", jobs)
    staging = shell.here / "site/.kb/staging"
    end = time.monotonic() + 30
    while not staging.exists() and time.monotonic() < end:
        assert process.poll() is None
        time.sleep(0.002)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"interrupted" in err
    assert b"Traceback" not in err
    assert shell.site() == before
    assert not staging.exists()
    assert shell.kb("build").code == 0
    assert shell.kb("build", "--verify").code == 0
    assert b"New text" in shell.site()["n5/index.html"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_an_interrupted_reading_leaves_no_site_behind(shell: Shell) -> None:
    shell.write(
        {
            "config.yaml": "title: Big\n",
            **{f"content/n{i}.md": "# N\n\n- text *a*\n" * 200 for i in range(300)},
        }
    )
    process = shell.start("build")
    end = time.monotonic() + 30
    while not any((shell.home / "cache").rglob("*")) and time.monotonic() < end:
        assert process.poll() is None
        time.sleep(0.002)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in err
    assert shell.site() == {}


# Options


def test_drafts_are_built_on_demand_alone_and_marked(small: Shell) -> None:
    small.write({"content/later.md": "---\ndraft: true\n---\nNot yet.\n"})
    assert small.kb("build").code == 0
    assert "later/index.html" not in small.site()
    assert small.kb("build", "--drafts").code == 0
    page = small.site()["later/index.html"]
    assert b"Not yet." in page
    assert b"Draft." in page
    small.kb("build")
    assert "later/index.html" not in small.site()


def test_base_url_stands_in_for_the_configured_one(small: Shell) -> None:
    assert small.kb("build", "--base-url", "https://other.example/sub").code == 0
    assert b"https://other.example/sub/one/" in small.site()["sitemap.xml"]
    assert b"example.org" not in b"".join(small.site().values())


@pytest.mark.parametrize(
    "address", ["example.org", "ftp://example.org/", "https://", "x", "https://a b/", "javascript:x"]
)
def test_a_base_url_that_is_no_address_is_a_usage_error(small: Shell, address: str) -> None:
    done = small.kb("build", "--base-url", address)
    assert done.code == 2
    assert f"{address!r} is not the address of a site" in done.err
    assert "hint: write it like https://example.org/notes/" in done.err
    assert not (small.here / "site").exists()


def test_timings_show_every_stage_and_the_sum(small: Shell) -> None:
    lines = small.kb("build", "--timings").out.splitlines()[:-1]
    assert [line.split()[0] for line in lines][-1] == "in"
    assert {"open", "scan", "read", "link", "plan", "write", "check"} <= {line.split()[0] for line in lines}
    assert all(line.endswith(" ms") for line in lines)
    assert len({len(line) for line in lines}) == 1


def test_verify_compares_with_a_clean_build_and_says_so(small: Shell) -> None:
    small.kb("build")
    done = small.kb("build", "--verify")
    assert done.code == 0
    assert done.out.splitlines()[-1].startswith("verified: a clean build gives the same ")
    assert not list((small.home / "cache").rglob("verify-*"))


def test_verify_finds_a_page_that_was_wrongly_left_alone(small: Shell) -> None:
    """The cache is made to remember that the old page is what the new note gives."""
    small.kb("build")
    stale = small.site()["one/index.html"]
    small.write({"content/one.md": "# One\n\nSee [[Two words]]. New words. #tag\n"})
    small.kb("build")
    assert small.site()["one/index.html"] != stale
    tamper = (
        "import os, sys, json, msgspec\n"
        "from pathlib import Path\n"
        "from kb.disk import memory\n"
        "from kb.disk.manifest import MANIFEST, read_manifest\n"
        "from kb.disk.stamp import digest, stamp_of\n"
        "out, stale = Path(sys.argv[1]), sys.stdin.buffer.read()\n"
        "cache = next(Path(sys.argv[2]).glob('*/output-*.msgpack')).parent\n"
        "before = memory.recall(cache, out)\n"
        "page = out / 'one/index.html'\n"
        "page.write_bytes(stale)\n"
        "text = (out / MANIFEST).read_text()\n"
        "(out / MANIFEST).write_text(text.replace(before.files['one/index.html'].digest, digest(stale)))\n"
        "files = dict(before.files)\n"
        "files['one/index.html'] = files['one/index.html']._replace(digest=digest(stale), stamp=stamp_of(os.lstat(page)))\n"
        "memory.remember(cache, out, files, before)\n"
    )
    subprocess.run(
        [sys.executable, "-c", tamper, str(small.here / "site"), str(small.home / "cache")],
        input=stale, env=small.env, check=True,
    )  # fmt: skip
    assert small.kb("build").code == 0
    assert small.site()["one/index.html"] == stale, "the tampering was seen without --verify"
    done = small.kb("build", "--verify")
    assert done.code == 1
    assert "one/index.html: the bytes differ" in done.err
    assert "verification failed: 1 difference from a clean build" in done.err
    assert small.kb("build", "--clean", "--verify").code == 0
    assert b"New words" in small.site()["one/index.html"]


def test_clean_forgets_what_is_remembered_and_gives_the_same_site(small: Shell) -> None:
    small.kb("build")
    before = small.site()
    small.write({"site/CNAME": "example.org\n"})
    done = small.kb("build", "--clean")
    assert done.code == 0
    assert small.site() == {**before, "CNAME": b"example.org\n"}


def test_one_process_and_two_write_the_same_bytes(shell: Shell) -> None:
    notes = {f"content/f{i % 7}/n{i}.md": f"# N {i}\n\n[[n{i * 7 % 300}]] #t{i % 5}\n" for i in range(300)}
    shell.write({"config.yaml": "base_url: https://example.org/\n", **notes})
    for jobs in ("1", "2"):
        cache = str(shell.home / f"cache{jobs}")
        assert shell.kb("--cache-dir", cache, "build", "--jobs", jobs, "--output", f"out{jobs}").code == 0
    assert shell.site("out1") == shell.site("out2")
    assert len(shell.site("out1")) > 300


def test_a_file_that_is_not_ours_is_left_alone_and_its_page_is_not_written(small: Shell) -> None:
    small.write({"site/one/index.html": "precious"})
    done = small.kb("build")
    assert done.code == 1
    assert "site/one/index.html:1:1: output-clash: " in done.err
    assert "1 page not written" in done.out
    assert small.site()["one/index.html"] == b"precious"


@pytest.mark.parametrize("output", [".", "content", "/"])
def test_an_output_folder_that_holds_the_notes_is_refused(small: Shell, output: str) -> None:
    done = small.kb("build", "--output", output)
    assert done.code == 2
    assert "one/index.html" not in small.site("content")
    assert not Path("/one/index.html").exists()


def test_a_named_cache_folder_is_used(small: Shell) -> None:
    small.kb("--cache-dir", "my cache", "build")
    assert list((small.here / "my cache").iterdir())
    assert not (small.home / "cache").exists()


@pytest.mark.skipif(os.name != "posix", reason="a file in the place of a folder")
def test_a_cache_that_cannot_be_used_is_told_in_words(small: Shell) -> None:
    small.write({"file": "x"})
    done = small.kb("--cache-dir", "file/cache", "build")
    assert done.code == 2
    assert "--cache-dir or KB_CACHE_DIR" in done.err
