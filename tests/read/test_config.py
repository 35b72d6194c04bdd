"""The schema that editors use says what `read_config` does. The cases of a configuration are in fixtures/."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kb.model.settings import COUNTED_PARTS, Settings
from kb.read.config import base_url, config_schema, read_config

SCHEMA = Path(__file__).parents[2] / "src" / "kb" / "read" / "config.schema.json"


def test_the_schema_in_the_package_is_the_one_the_code_gives() -> None:
    written = json.dumps(config_schema(), indent=2, ensure_ascii=False) + "\n"
    assert SCHEMA.read_text(encoding="utf-8") == written, (
        "write config_schema() to config.schema.json, indent=2"
    )


def test_the_schema_is_one_and_every_setting_has_a_description() -> None:
    jsonschema.Draft202012Validator.check_schema(config_schema())
    properties = config_schema()["properties"]
    assert list(properties) == list(Settings.__struct_fields__)
    assert all(setting["description"].endswith(".") for setting in properties.values())


def test_the_defaults_satisfy_the_schema() -> None:
    defaults = {name: setting["default"] for name, setting in config_schema()["properties"].items()}
    jsonschema.validate(defaults, config_schema())
    assert read_config("config.yaml", yaml.safe_dump(defaults)) == (Settings(), ())


_NAME = st.text("abc", min_size=1, max_size=5)
_SETTINGS = {
    "title": _NAME,
    "language": st.sampled_from(["en", "pt-BR", "zh-Hant-TW"]),
    "base_url": st.sampled_from(["", "https://example.org", "http://localhost:8000/a/"]),
    "theme": _NAME,
    "ignore": st.lists(_NAME, max_size=2),
    "html": st.sampled_from(["sanitize", "trusted", "escape"]),
    "hard_breaks": st.booleans(),
    "page_size": st.integers(1, 1000),
    "search": st.booleans() | st.fixed_dictionaries({}, optional={"offline": st.booleans()}),
    "home": st.lists(st.sampled_from([*COUNTED_PARTS, "passage"]), unique=True).map(
        lambda names: [name if name in ("passage", "kinds") else {name: 3} for name in names]
    ),
    "menu": st.lists(st.fixed_dictionaries({"title": _NAME, "link": _NAME}), max_size=2),
}
_ANYTHING = st.none() | st.booleans() | st.integers(-5, 2000) | st.lists(st.booleans(), max_size=1) | _NAME


def accepted(config: object) -> bool:
    return read_config("config.yaml", yaml.safe_dump(config))[0] is not None


@given(st.fixed_dictionaries({}, optional=_SETTINGS))
def test_what_is_right_is_right_for_both(config: dict[str, object]) -> None:
    jsonschema.validate(config, config_schema())
    assert accepted(config)


@given(st.sampled_from([*_SETTINGS, "typographer", "feed_size", "plugins", "search"]), _ANYTHING)
def test_what_the_schema_accepts_is_accepted(name: str, value: object) -> None:
    if jsonschema.Draft202012Validator(config_schema()).is_valid({name: value}):
        assert accepted({name: value})


@pytest.mark.parametrize(
    "config",
    [
        {"titel": "x"}, {"page_size": "many"}, {"page_size": 0}, {"page_size": 1001}, {"page_size": 1.5},
        {"page_size": True}, {"html": "raw"}, {"hard_breaks": "yes"}, {"ignore": "a"}, {"ignore": [None]},
        {"menu": [{"title": "a"}]}, {"menu": [{"title": "a", "link": "b", "c": "d"}]}, {"title": ["a"]},
        {"base_url": "example.org"}, {"base_url": "https://example.org/#a"}, {"language": "en_US"},
        {"search": "yes"}, {"search": []}, {"search": {"offlin": True}}, {"search": {"offline": 1}},
        {"home": "new"}, {"home": ["nwe"]}, {"home": [{"new": 0}]}, {"home": [{"passage": 2}]}, {"home": ["new", "new"]},
    ],
)  # fmt: skip
def test_what_is_wrong_is_wrong_for_both(config: dict[str, object]) -> None:
    assert not jsonschema.Draft202012Validator(config_schema()).is_valid(config)
    assert not accepted(config)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("https://example.org", "https://example.org/"),
        ("https://example.org/notes", "https://example.org/notes/"),
        (" http://localhost:8000/ ", "http://localhost:8000/"),
        ("https://bücher.example/ä b", ""),
        ("https://me:secret@example.org/", ""),
        ("//example.org", ""), ("example.org", ""), ("file:///etc", ""), ("https://", ""), ("", ""),
    ],
)  # fmt: skip
def test_the_address_of_a_site_ends_with_a_slash(written: str, meant: str) -> None:
    assert base_url(written) == meant


def test_a_time_zone_is_looked_up_where_the_names_are_known() -> None:
    text = "timezone: Europe/Berlni\n"
    assert read_config("config.yaml", text)[0] == Settings(timezone="Europe/Berlni")
    settings, (problem,) = read_config("config.yaml", text, {"UTC", "Europe/Berlin"})
    assert settings is None
    assert problem.message == "there is no time zone 'Europe/Berlni'"
    assert problem.excerpt == "timezone: Europe/Berlni"


def test_problems_come_in_the_order_of_the_lines() -> None:
    _, problems = read_config("config.yaml", "page_size: x\noutput: content\ntitel: a\n")
    assert [problem.place.line for problem in problems] == [1, 2, 3]


def test_the_module_costs_no_library_before_it_reads() -> None:
    code = "import sys, kb.read.config; print({'yaml', 'markdown_it', 'difflib'} & set(sys.modules))"
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=SCHEMA.parents[2]
    )
    assert out.stdout.strip() == "set()"
