"""What a picture says beyond itself is not published; what is to be seen of it stays as it was, point for point."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kb.media.exif import only, orientation
from kb.media.picture import Format, look, published
from media.photos import FORMATS, SECRET, photo, shown


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("way", [1, 6])
def test_what_a_camera_wrote_is_gone_and_the_picture_is_the_same(form: str, way: int) -> None:
    data = photo(form, orientation=way)
    stripped = published(data)
    assert SECRET not in stripped
    assert shown(stripped) == shown(data)
    assert published(stripped) == stripped


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_a_picture_that_lies_on_its_side_still_says_so_and_nothing_else(form: str) -> None:
    data = photo(form, orientation=6)
    assert look(data).turned
    with Image.open(BytesIO(published(data))) as image:
        assert dict(image.getexif()) == {0x0112: 6}
    assert not look(photo(form)).turned


def test_a_colour_profile_stays() -> None:
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for form in ("JPEG", "PNG", "WEBP"):
        into = BytesIO()
        Image.new("RGB", (8, 8)).save(into, form, icc_profile=profile)
        with Image.open(BytesIO(published(into.getvalue()))) as image:
            assert image.info["icc_profile"] == profile


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF"])
def test_what_stands_behind_the_end_of_a_picture_is_not_published(form: str) -> None:
    assert published(photo(form) + b"a film with " + SECRET) == published(photo(form))


def test_a_progressive_picture_keeps_all_its_scans() -> None:
    into = BytesIO()
    Image.radial_gradient("L").convert("RGB").save(into, "JPEG", progressive=True, comment=SECRET)
    assert shown(published(into.getvalue())) == shown(into.getvalue())


def test_a_small_picture_within_a_picture_goes() -> None:
    jfif = b"\xff\xe0" + (16 + 3 * 4).to_bytes(2, "big") + b"JFIF\0\1\1\0\0\1\0\1\2\2" + SECRET[:12]
    data = photo("JPEG")
    assert SECRET[:12] not in published(data[:2] + jfif + data[2:])


@pytest.mark.parametrize("form", FORMATS)
def test_a_picture_is_known_by_its_bytes_and_a_cut_one_is_told(form: str) -> None:
    data = photo(form)
    assert look(data).format.value == form.lower()
    assert look(data).flaw == ""
    assert look(data[:-40]).flaw == "its end is missing"
    assert SECRET not in published(data[: len(data) // 2]) or form == "AVIF"


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_what_moves_is_known_and_goes_on_moving(form: str) -> None:
    frames = [Image.new("RGB", (9, 9), colour) for colour in ("red", "green", "blue")]
    into = BytesIO()
    frames[0].save(into, form, save_all=True, append_images=frames[1:], duration=50)
    assert look(into.getvalue()).moving
    with Image.open(BytesIO(published(into.getvalue()))) as image:
        assert image.n_frames == 3  # type: ignore[attr-defined]
    assert not look(photo(form)).moving


@pytest.mark.parametrize("data", [b"", b"png", b"<html></html>", b"GIF", b"\x89PNG"])
def test_what_is_no_picture_has_a_flaw_and_is_left_as_it_is(data: bytes) -> None:
    assert look(data).format is Format.UNKNOWN
    assert look(data).flaw
    assert published(data) == data


@given(st.sampled_from(FORMATS), st.data())
def test_no_bytes_are_too_odd(form: str, data: st.DataObject) -> None:
    picture = bytearray(photo(form))
    for at in data.draw(st.lists(st.integers(0, len(picture) - 1), max_size=8)):
        picture[at] = data.draw(st.integers(0, 255))
    cut = bytes(picture[: data.draw(st.integers(0, len(picture)))])
    look(cut)
    published(cut)


@pytest.mark.parametrize("way", range(1, 9))
def test_exif_that_says_only_which_way_up_is_read_back(way: int) -> None:
    assert orientation(only(way)) == way


def test_exif_that_is_none_says_upright() -> None:
    assert [orientation(data) for data in (b"", b"MM\0*", b"II*\0\xff\xff\xff\xff", b"x" * 100)] == [
        1,
        1,
        1,
        1,
    ]
