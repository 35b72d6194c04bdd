"""Attachments that a published note uses, and the theme's own files."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TypeAlias

from kb.link.mentions import uses
from kb.link.resolve import resolve
from kb.model.note import Attachment, Link, LinkKind
from kb.model.problem import Place
from kb.plugin import Plugin
from kb.view.pages import CopyPage, DataPage, PicturePage
from kb.view.pictures import picture_page, variants_of
from kb.view.site import Claim, Site, nothing_more
from kb.view.urls import attachment_url

_File: TypeAlias = CopyPage | DataPage | PicturePage


def attachments(site: Site) -> Iterator[Claim]:
    """Each file that some note or the configuration refers to, and the drawings of a picture. Of no other.

    A picture is published without what it says beyond itself (`kb.media`), any other file as it is.
    """
    configured = _configured(site)
    drawn: dict[str, PicturePage] = {}
    for path, file in sorted(site.vault.files.items()):
        if path in configured or uses(site.vault, file):
            page = (
                picture_page(site, file) if file.format else CopyPage(attachment_url(path), path, file.digest)
            )
            yield Claim(page.path, path, Place(path), partial(_itself, page), inside=nothing_more)
            for each in variants_of(site, file):
                if drawn.setdefault(each.path, each) is each:  # two equal pictures have equal drawings
                    yield Claim(each.path, path, Place(path), partial(_itself, each), inside=nothing_more)


def assets(site: Site) -> Iterator[Claim]:
    """The theme's files under names that change with their content, so that they may be cached for ever."""
    for name, data in sorted(site.theme.assets.items()):
        path = site.theme.site.assets[name]
        page = DataPage(path, path, partial(bytes, data))
        yield Claim(
            path, f"the theme's {name}", Place(f"/{path}"), partial(_itself, page), inside=nothing_more
        )


def _configured(site: Site) -> set[str]:
    """The files of the vault that the configuration names: favicon, logo, entries of the menu."""
    menu = (Link(LinkKind.WIKI, entry.link.strip("[]")) for entry in site.settings.menu)
    found = (resolve(site.vault, "", link).target for link in menu)
    return {
        site.settings.favicon,
        site.settings.logo,
        *(file.path for file in found if isinstance(file, Attachment)),
    }


def _itself(page: _File, _site: Site) -> _File:
    return page


FILES = Plugin("files", "1", pages=attachments)
ASSETS = Plugin("assets", "1", pages=assets)
