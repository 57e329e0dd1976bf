"""What stands beside the points of a picture, and members of archives that hide each other."""

import io
import warnings
import zipfile
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageSequence
from PIL.PngImagePlugin import PngInfo

from gongkai.documents.formats.passages import UnreadableFileError
from gongkai.documents.formats.reading import passages
from gongkai.documents.inspection import _type_of
from gongkai.documents.management.commands.scan import _refusals
from gongkai.documents.masking.pictures import stripped

INVENTED = "350524199001011238"  # 测试用虚构号码


def photo(kind: str = "JPEG", **facts: object) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (8, 8)).save(target, kind, **facts)  # type: ignore[arg-type] # what Pillow takes
    return target.getvalue()


def with_field(tag: int) -> bytes:
    exif = Image.Exif()
    exif[tag] = f"林某{INVENTED}\0".encode("utf-16-le")
    return photo(exif=exif)


def with_segment() -> bytes:
    body = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x17\x1c\x02\x78\0\x12" + INVENTED.encode()
    whole = photo()
    return whole[:2] + b"\xff\xed" + (len(body) + 2).to_bytes(2, "big") + body + whole[2:]


PICTURES = {
    "title": with_field(0x9C9B),
    "remark": with_field(0x9C9C),
    "segment": with_segment(),
    "behind a JPEG": photo() + INVENTED.encode(),
    "behind a PNG": photo("PNG") + INVENTED.encode(),
}


@pytest.mark.parametrize("case", PICTURES)
def test_words_beside_a_picture_are_read_and_stripped(case: str) -> None:
    told = [one.text for one in passages(io.BytesIO(PICTURES[case]), name="a.jpg")]
    assert any(INVENTED in one for one in told)
    clean = [one.text for one in passages(io.BytesIO(stripped(PICTURES[case])), name="a.jpg")]
    assert not any(INVENTED in one for one in clean)


@pytest.mark.parametrize("kind", ["TIFF", "GIF", "WEBP", "PNG"])
@pytest.mark.parametrize("count", [1, 3])
def test_every_page_of_a_picture_stays_point_for_point(kind: str, count: int) -> None:
    exif, target = Image.Exif(), io.BytesIO()
    exif[0x010E] = INVENTED
    facts = {
        "TIFF": {"description": INVENTED, "compression": "group4", "dpi": (300, 300)},
        "GIF": {"comment": INVENTED.encode(), "loop": 0},
        "WEBP": {"exif": exif, "lossless": True},
        "PNG": {"exif": exif},
    }[kind]
    pages = [Image.new("1" if kind == "TIFF" else "RGB", (9, 9), number % 2) for number in range(count)]
    pages[0].save(target, kind, save_all=count > 1, append_images=pages[1:], **facts)  # type: ignore[arg-type]
    assert INVENTED.encode() in target.getvalue()
    clean = stripped(target.getvalue())
    assert INVENTED.encode() not in clean
    with Image.open(target) as old, Image.open(io.BytesIO(clean)) as fresh:
        before = [one.convert("RGB").tobytes() for one in ImageSequence.Iterator(old)]
        assert [one.convert("RGB").tobytes() for one in ImageSequence.Iterator(fresh)] == before
        if kind == "TIFF":
            assert (fresh.info["compression"], fresh.info["dpi"]) == ("group4", (300, 300))


@pytest.mark.parametrize("data", [b"\xff\xd8\xff\xe1", b"GIF89a" + bytes(4) + b"\0\0\0\x99", b"II*\0", b"BM"])
def test_a_broken_picture_is_refused_with_what_to_do(data: bytes) -> None:
    with pytest.raises(UnreadableFileError, match="请在看图软件中另存为 JPG 或 PNG"):
        stripped(data)


def test_two_members_of_one_name_are_said() -> None:
    stream = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("a.txt", INVENTED)
        archive.writestr("a.txt", "x")
    assert any("重名" in one.fault for one in passages(stream, name="a.zip"))


def test_a_scan_says_of_macros_and_of_a_wrong_extension_what_an_upload_says(tmp_path: Path) -> None:
    wrong, macro = tmp_path / "a.pdf", tmp_path / "b.xlsx"
    wrong.write_text("文字", encoding="utf-8")
    with zipfile.ZipFile(macro, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types>spreadsheetml.sheet.main+xml</Types>")
        archive.writestr("xl/vbaProject.bin", "x")
    for path, words in ((wrong, "扩展名不符"), (macro, "带有宏")):
        told = list(_refusals(path, next(one["summary"] for one in asked(path) if "summary" in one)))
        assert [words in one for one in told] == [True]


def asked(path: Path) -> list[dict[str, Any]]:
    with path.open("rb") as source:
        media_type, macros = _type_of(source, path.name)
    return [{"summary": {"media_type": media_type, "macros": macros}}]


def _described(text: str, encoding: str) -> bytes:
    exif = Image.Exif()
    exif[0x010E] = text.encode(encoding)
    return photo(exif=exif)


def _remarked(order: str) -> bytes:
    exif = Image.Exif()
    exif.endian = ">" if order == "utf-16-be" else "<"
    exif.get_ifd(0x8769)[0x9286] = b"UNICODE\0" + "身份证号".encode(order) + INVENTED.encode(order)
    return photo(exif=exif)


def _captioned(encoding: str) -> bytes:
    text = f"身份证号{INVENTED}".encode(encoding)
    body = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x30\x1c\x02\x78" + len(text).to_bytes(2, "big") + text
    whole = photo()
    return whole[:2] + b"\xff\xed" + (len(body) + 2).to_bytes(2, "big") + body + whole[2:]


_PACKET = (
    "<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?>\n<x:xmpmeta xmlns:x='adobe:ns:meta/'>\n"
    "<rdf:Description rdf:about='' note='身份证号&#51;50524199001011238'>\n <dc:creator>\n"
    f"  <rdf:li>身份证号{INVENTED}</rdf:li>\n </dc:creator></rdf:Description></x:xmpmeta>\n<?xpacket end='r'?>"
)


def _in_png(packet: str) -> PngInfo:
    facts = PngInfo()
    facts.add_itxt("XML:com.adobe.xmp", packet)
    facts.add_text("Raw profile type iptc", f"\niptc\n      60\n{_captioned('utf-8')[20:80].hex()}\n")
    return facts


IN_CHINESE = {
    "a description in UTF-8": _described(f"身份证号{INVENTED}", "utf-8"),
    "a description in GBK": _described(f"身份证号{INVENTED}", "gb18030"),
    "a remark, big end first": _remarked("utf-16-be"),
    "a remark, small end first": _remarked("utf-16-le"),
    "a caption in UTF-8": _captioned("utf-8"),
    "a caption in GBK": _captioned("gb18030"),
    "a packet of XMP": photo(xmp=_PACKET.encode()),
    "a packet of XMP in a PNG": photo("PNG", pnginfo=_in_png(_PACKET)),
    "a TIFF": photo("TIFF", tiffinfo={700: _PACKET.encode()}),
    "a TIFF's caption": photo("TIFF", tiffinfo={33723: _captioned("utf-8")[20:80]}),
}


@pytest.mark.parametrize("case", IN_CHINESE)
def test_chinese_words_in_a_picture_are_read_in_every_encoding(case: str) -> None:
    """The label before a number must arrive with it: without one half of the kinds are not told."""
    told = [one.text for one in passages(io.BytesIO(IN_CHINESE[case]), name="a.jpg")]
    assert any(f"身份证号{INVENTED}" in one for one in told)


def test_a_field_of_binary_notes_is_no_text() -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x927C] = bytes(range(1, 32)) * 4
    assert not [one for one in passages(io.BytesIO(photo(exif=exif)), name="a.jpg") if one.text]
