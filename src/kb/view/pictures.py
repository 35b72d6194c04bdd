"""Pictures as pages show them: the file itself, stripped of what it tells, and smaller drawings of it to choose from.

What drawings there are is known from the picture's size and the settings alone, so that nothing is decoded to plan a
site.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b

from kb.model.note import Attachment, Link
from kb.view.pages import PicturePage
from kb.view.site import Site
from kb.view.urls import attachment_url, slug

FOLDER = "_images"
#: Part of the name of each drawing, so that a reader's browser asks for it anew; raised when drawings come to look
#: otherwise. Versions are no part of it: another Python, or another kb that draws the same, keeps all addresses.
DRAWN = "1"
#: How wide a picture stands on a page. Themes whose text is as wide or narrower lose nothing.
SIZES = "(min-width: 36em) 34em, 100vw"

_DRAWN_ANEW = frozenset(("avif", "gif", "jpeg", "png", "webp"))


def picture_page(site: Site, file: Attachment) -> PicturePage:
    """The picture itself, where its address says."""
    return PicturePage(attachment_url(file.path), file.path, file.digest, stamp=stamp_of(site))


def stamp_of(site: Site) -> str:
    """Whatever else decides the bytes of a picture: the versions of kb and of what draws."""
    return site.once("stamp", lambda: blake2b(site.theme.stamp.encode(), digest_size=8).hexdigest())


def variants_of(site: Site, file: Attachment) -> tuple[PicturePage, ...]:
    """The smaller drawings of a picture, the smallest first; none of what moves, is small, or has no such form."""
    images = site.settings.images
    if not images.variants or file.format not in _DRAWN_ANEW or file.moving or file.flaw:
        return ()
    if file.width <= min(images.widths):
        return ()
    return site.once(("variants", file.path), lambda: _variants(site, file))


def srcset_of(site: Site, file: Attachment, link: Link, address: Callable[[str], str]) -> str:
    """The attributes that let a browser choose among the drawings of a picture, "" where there are none.

    `address` makes an address of the site one that is ready for an attribute.
    """
    variants = variants_of(site, file)
    if not variants:
        return ""
    choices = ", ".join([f"{address(each.path)} {each.width}w" for each in variants])
    return f' srcset="{choices}" sizes="{_sizes(file, link)}"'


def _variants(site: Site, file: Attachment) -> tuple[PicturePage, ...]:
    images = site.settings.images
    whole = picture_page(site, file)
    made_of = f"{file.digest} {images.quality} {DRAWN}"
    name = blake2b(made_of.encode(), digest_size=6).hexdigest()
    stem = slug(file.path.rpartition("/")[2].rpartition(".")[0])[:60].rstrip("-. ")
    widths = {width for width in images.widths if width < file.width} | {min(file.width, max(images.widths))}
    return tuple(
        PicturePage(
            f"{FOLDER}/{stem}-{width}.{name}.webp",
            file.path,
            file.digest,
            width,
            max(1, round(file.height * width / file.width)),
            images.quality,
            whole.stamp,
        )
        for width in sorted(widths)
    )


def _sizes(file: Attachment, link: Link) -> str:
    if link.width:
        return f"{link.width}px"
    if link.height and file.height:
        return f"{max(1, round(link.height * file.width / file.height))}px"
    return SIZES
