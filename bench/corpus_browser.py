"""The corpus's PDFs as a browser prints them: embedded CID fonts with Identity-H, a tagged structure, links."""

import shutil
from html import escape
from pathlib import Path

from bench.identities import Label, Labelled, Writer, labels

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""


def make_printed(writer: Writer, folder: Path, count: int) -> list[Labelled]:
    """``count`` notices printed to PDF in ``folder``; none where there is no Chromium."""
    if not CHROMIUM:
        return []
    from playwright.sync_api import sync_playwright

    documents = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        for number in range(count):
            html, found = _notice(writer)
            path = folder / f"printed-{number:04}.pdf"
            page.set_content(html)
            page.pdf(path=path, format="A4")
            documents.append(Labelled(path.name, found))
        browser.close()
    return documents


def _notice(writer: Writer) -> tuple[str, list[Label]]:
    plan = writer.pick(4, marks=True)
    lines = "".join(f"<p>{escape(line)}</p>" for line in writer.sentences(plan))
    table, found = writer.rows(writer.pick(2), 4)
    rows = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in table)
    title, mail = writer.invent.mobile(), writer.invent.email()
    html = (
        f"<!doctype html><html lang=zh><title>公示 {title}</title><style>td{{border:1px solid;white-space:nowrap;"
        f"font-size:7pt}}</style><h1>公示</h1>{lines}<table>{rows}</table><a href='mailto:{mail}'>联系</a></html>"
    )
    marks = [*labels(plan, "text"), *(Label(kind, "text", value) for kind, value in found)]
    return html, [*marks, Label("mobile", "property", title), Label("email", "annotation", mail)]
