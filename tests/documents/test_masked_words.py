"""Words about people (a school, an illness, 低保) are masked inside files, by the county's own formats."""

from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from django.test import override_settings

from gongkai.agencies.privacy_rules import county_rules
from gongkai.documents.formats.reading import passages
from gongkai.documents.masking.files import mask

ROOT = Path(__file__).parents[2]
ANXI, YUNLING = ROOT / "profiles" / "anxi", ROOT / "tests" / "profiles" / "yunling"
SENTENCE = "陈小明,安溪县实验小学三年级2班学生,患有精神分裂症,家庭系低保户。"
ROWS = (["姓名", "就读学校", "年级", "病种"], ["陈小明", "安溪县实验小学", "三年级", "肝豆状核变性"])


def masked(path: Path, county: Path) -> str:
    """What can be read of the file after its mask, by the rules of ``county``."""
    out = path.with_name(f"masked{path.suffix}")
    with override_settings(PROFILE_DIR=county):
        rules: dict[str, Any] = county_rules(today=None)
    list(mask({"path": path, "out": out, "name": path.name, "rules": rules}))
    with out.open("rb") as source:
        return "\n".join(one.text for one in passages(source, name=path.name))


@pytest.mark.parametrize(
    ("county", "sentence", "row"),
    [
        (ANXI, "陈小明,(略)学生,患有(略),家庭系(略)。", "陈小明\t(略)\t(略)\t(略)"),
        (YUNLING, "陈小明,安溪**********学生,患有精****,家庭系(略)。", "陈小明\t安溪*****\t三年*\t肝*****"),
    ],
)
def test_words_about_people_are_masked_in_a_text_and_in_a_list(
    tmp_path: Path, county: Path, sentence: str, row: str
) -> None:
    document = docx.Document()
    document.add_paragraph(SENTENCE)
    document.save(str(tmp_path / "a.docx"))
    assert sentence in masked(tmp_path / "a.docx", county)
    book = openpyxl.Workbook()
    for cells in ROWS:
        book.active.append(cells)
    book.save(tmp_path / "b.xlsx")
    assert row in masked(tmp_path / "b.xlsx", county)
