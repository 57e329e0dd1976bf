"""Files as the programs of an office save them. Identities are invented."""

import io

from gongkai.documents import media
from gongkai.documents.formats.reading import passages

INVENTED = "350524199001011238"


def test_a_page_in_which_a_word_processor_left_control_characters_is_read() -> None:
    words = f"<p>\x07\x03身份证号{INVENTED}\x08</p>{'说明' * 300}"
    page = f"<!DOCTYPE html><html><body>{words}</body></html>".encode()
    assert media.recognise(io.BytesIO(page), name="a.html").media_type == media.HTML
    assert any(f"身份证号{INVENTED}" in one.text for one in passages(io.BytesIO(page), name="a.html"))
