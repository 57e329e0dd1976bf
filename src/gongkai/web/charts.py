"""Pictures as SVG made here: bars with their figures on them; no script, no styles, readable in grey."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

ROW, BAR, LEFT, WIDTH, RIGHT, HEAD = 34, 22, 260, 1000, 70, 56
FONT = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"
# Fill, outline, colour of the figure on it, and hatching by which grey print tells the parts apart.
TONES = {
    "good": ("#1d6b33", "#1d6b33", "#ffffff", ""),
    "bad": ("#b8231c", "#7c120d", "#ffffff", "dense"),
    "warn": ("#fdf3e1", "#8a5300", "#1f2328", "wide"),
    "odd": ("#f4f5f7", "#555c64", "#1f2328", ""),
    "plain": ("#ffffff", "#767f88", "#1f2328", ""),
}


@dataclass(frozen=True)
class Part:
    """A part of a bar: how many, in which tone, called what."""

    value: int
    tone: str
    name: str


@dataclass(frozen=True)
class Bar:
    """One bar with its label and parts."""

    label: str
    parts: Sequence[Part]

    @property
    def total(self) -> int:
        """The bar's whole length."""
        return sum(part.value for part in self.parts)


def _text(parent: ET.Element, x: float, y: float, said: str, **more: str) -> None:
    attributes = {
        "x": f"{x:.1f}",
        "y": f"{y:.1f}",
        "font-family": FONT,
        "font-size": "15",
        "fill": "#1f2328",
        **more,
    }
    ET.SubElement(parent, "text", attributes).text = said


def _hatch(defs: ET.Element, name: str, step: int, colour: str) -> None:
    pattern = ET.SubElement(
        defs,
        "pattern",
        {
            "id": name,
            "width": str(step),
            "height": str(step),
            "patternUnits": "userSpaceOnUse",
            "patternTransform": "rotate(45)",
        },
    )
    ET.SubElement(
        pattern, "line", {"x1": "0", "y1": "0", "x2": "0", "y2": str(step), "stroke": colour, "stroke-width": "2"}
    )


def _fitting(label: str) -> str:
    """As much of a label as the margin holds; a Chinese character is about two Latin letters wide."""
    room, shown = 32, ""
    for letter in label:
        room -= 1 if letter.isascii() else 2
        if room < 0:
            return f"{shown[:-1]}…"
        shown += letter
    return shown


def _legend(svg: ET.Element, rows: Sequence[Bar], y: float) -> None:
    """What each filling means, for the parts too narrow to carry their name."""
    used = {part.tone: part.name for bar in rows for part in bar.parts if part.value}
    x = float(WIDTH - RIGHT)
    for tone, name in reversed(used.items()):
        x -= 13 * len(name) * (0.6 if name.isascii() else 1.05) + 34
        fill, line, _ink, hatch = TONES[tone]
        box = {"x": f"{x:.1f}", "y": f"{y - 12:.1f}", "width": "16", "height": "14"}
        ET.SubElement(svg, "rect", {**box, "fill": fill, "stroke": line})
        if hatch:
            ET.SubElement(svg, "rect", {**box, "fill": f"url(#{hatch})", "fill-opacity": "0.45"})
        _text(svg, x + 21, y, name, **{"font-size": "13"})


def _bar(svg: ET.Element, bar: Bar, top: float, scale: float) -> None:
    _text(svg, LEFT - 12, top + 17, _fitting(bar.label), **{"text-anchor": "end"})
    x = float(LEFT)
    for part in bar.parts:
        if not part.value:
            continue
        wide = part.value * scale
        fill, line, ink, hatch = TONES[part.tone]
        box = {"x": f"{x:.1f}", "y": f"{top:.1f}", "width": f"{wide:.1f}", "height": str(BAR)}
        shown = ET.SubElement(svg, "rect", {**box, "fill": fill, "stroke": line})
        ET.SubElement(shown, "title").text = f"{part.name} {part.value}"
        if hatch:
            ET.SubElement(svg, "rect", {**box, "fill": f"url(#{hatch})", "fill-opacity": "0.45"})
        said = f"{part.name} {part.value}"
        if wide > 15 * len(said) * 0.8:
            _text(svg, x + wide / 2, top + 16, said, fill=ink, **{"text-anchor": "middle", "font-size": "13"})
        elif wide > 12 * len(str(part.value)):
            _text(
                svg,
                x + wide / 2,
                top + 16,
                str(part.value),
                fill=ink,
                **{"text-anchor": "middle", "font-size": "13"},
            )
        x += wide
    _text(svg, x + 8, top + 17, str(bar.total), **{"font-weight": "700"})


def bars(*, title: str, unit: str, rows: Sequence[Bar]) -> bytes:
    """Horizontal bars under a title that says the finding. ``unit`` names what is counted.

    Presentation attributes only, so that a page's content security policy need not allow inline styles.
    """
    height = HEAD + ROW * max(len(rows), 1) + 34
    svg = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {WIDTH} {height}",
            "width": str(WIDTH),
            "height": str(height),
            "role": "img",
        },
    )
    ET.SubElement(svg, "title").text = title
    ET.SubElement(svg, "rect", {"width": str(WIDTH), "height": str(height), "fill": "#ffffff"})
    defs = ET.SubElement(svg, "defs")
    _hatch(defs, "dense", 6, "#ffffff")
    _hatch(defs, "wide", 9, "#8a5300")
    _text(svg, 16, 32, title, **{"font-size": "19", "font-weight": "700"})
    longest = max((bar.total for bar in rows), default=0) or 1
    scale = (WIDTH - LEFT - RIGHT) / longest
    for number, bar in enumerate(rows):
        _bar(svg, bar, HEAD + ROW * number, scale)
    ET.SubElement(
        svg,
        "line",
        {"x1": str(LEFT), "y1": str(HEAD - 6), "x2": str(LEFT), "y2": str(height - 30), "stroke": "#767f88"},
    )
    _text(svg, LEFT, height - 12, f"0 — {longest} {unit}", **{"font-size": "13", "fill": "#555c64"})
    _legend(svg, rows, height - 12)
    return bytes(ET.tostring(svg, encoding="utf-8", xml_declaration=False))
