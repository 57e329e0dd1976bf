// What comes in from Word, WPS, Excel and web pages, and what goes out to the form. Pure: text in, text out.
// The server cleans every text again; here structure is saved that would be lost on the way.
const HEADINGS = { h1: "h2", h5: "h4", h6: "h4" };
const KEPT = ["href", "title", "colspan", "rowspan", "scope", "start"];
const WIDE = "[\\u2e80-\\u9fff\\uf900-\\ufaff\\uff00-\\uffef]";
const BROKEN = new RegExp(`(?<=${WIDE})\\s*\\n\\s*(?=${WIDE})`, "g");

const STYLED = { strong: /font-weight:\s*(bold|[6-9]00)/i, em: /font-style:\s*italic/i, u: /text-decoration:[^;]*underline/i };

// The page's policy forbids styles and handlers even in a text that is only read: they are read under other names.
const harmless = (html) => html
  .replace(/<head\b[^]*?<\/head\s*>/gi, "")
  .replace(/<(\/?)style\b/gi, "<$1was-style")
  .replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/(\s)(style|on[a-z]+)(?=\s*=)/gi, "$1data-was-$2"));
const bodyOf = (html) => new DOMParser().parseFromString(harmless(html), "text/html").body;
const styleOf = (element) => element.dataset.wasStyle || "";
const blank = (element) => !element.textContent.replace(/[\s\u00a0\u3000\u200b]/g, "");

// The lines of a plain text as paragraphs; anything with a tag in it is HTML already.
export function asHtml(text) {
  if (text.includes("<")) return text;
  const sheet = document.createElement("div");
  for (const line of text.split("\n")) {
    if (!line.trim()) continue;
    sheet.append(Object.assign(document.createElement("p"), { textContent: line.trim() }));
  }
  return sheet.innerHTML;
}

// The cells of the tables in a clipboard's HTML, row by row.
export function rowsOf(html) {
  return [...bodyOf(html).querySelectorAll("tr")].map((row) => [...row.cells].map((cell) => cell.textContent.trim()));
}

// The scripts, pictures, frames and handlers that are not taken in: the same names that the server tells.
function activeParts(body, active) {
  const found = new Set();
  for (const element of body.querySelectorAll("*")) {
    const tag = element.localName.replace("was-", "");
    if (active.has(tag)) found.add(tag);
    for (const { name: written, value } of element.attributes) {
      const name = written.replace("data-was-", "");
      if (name.startsWith("on") || /^\s*javascript:/i.test(value)) found.add(name);
    }
  }
  return [...found].sort();
}

// Word writes a list as paragraphs with a number in front. Dots become a list, plain numbers a numbered one;
// numbering of another kind (一、, (二), 1.1) is wording and stays as it was written.
function wordLists(body) {
  let open = [];
  for (const line of body.querySelectorAll('p[data-was-style*="mso-list" i]')) {
    const [, depth] = /mso-list:[^;]*\blevel(\d+)/i.exec(styleOf(line)) || [];
    const mark = line.querySelector('span[data-was-style*="mso-list" i]');
    if (!depth || !mark) continue;
    const words = mark.textContent.replace(/[\s\u00a0]/g, ""), number = /^(\d+)[.)、.)]?$/.exec(words);
    const tag = number ? "ol" : /^([^\p{L}\p{N}]+|[lnuvqoØ])$/u.test(words) ? "ul" : "";
    if (!tag) {
      mark.replaceWith(words);
      continue;
    }
    mark.remove();
    open = placed(line, { open, tag, level: Number(depth), start: number ? Number(number[1]) : 1 });
  }
}

function placed(line, { open: before, tag, level, start }) {
  const open = before.length && line.previousElementSibling === before[0].list ? [...before] : [];
  while (open.length && open.at(-1).level > level) open.pop();
  if (open.length && open.at(-1).level === level && open.at(-1).list.localName !== tag) open.pop();
  if (!open.length || open.at(-1).level < level) {
    const list = line.ownerDocument.createElement(tag);
    if (start > 1) list.setAttribute("start", start);
    if (open.length) open.at(-1).list.lastElementChild.append(list); else line.before(list);
    open.push({ level, list });
  }
  const item = line.ownerDocument.createElement("li");
  item.append(...line.childNodes);
  open.at(-1).list.append(item);
  line.remove();
  return open;
}

// Bold that is only a style becomes bold; a bold that its style takes back is none.
function emphasis(body) {
  for (const piece of body.querySelectorAll("span[data-was-style], font[data-was-style]")) {
    for (const [tag, style] of Object.entries(STYLED)) {
      if (!style.test(styleOf(piece))) continue;
      const strong = piece.ownerDocument.createElement(tag);
      strong.append(...piece.childNodes);
      piece.append(strong);
    }
  }
  for (const piece of body.querySelectorAll("b[data-was-style], strong[data-was-style]")) {
    if (/font-weight:\s*(normal|400)/i.test(styleOf(piece))) piece.replaceWith(...piece.childNodes);
  }
}

function renamed(element, tag) {
  const other = element.ownerDocument.createElement(tag);
  other.append(...element.childNodes);
  element.replaceWith(other);
}

// HTML from a clipboard or an earlier text as the editor can hold it, and the names of what was left out.
export function takenIn(html, active) {
  const body = bodyOf(html);
  const removed = activeParts(body, active);
  wordLists(body);
  emphasis(body);
  for (const [from, to] of Object.entries(HEADINGS)) body.querySelectorAll(from).forEach((h) => renamed(h, to));
  for (const caption of body.querySelectorAll("table > caption")) {
    const line = Object.assign(body.ownerDocument.createElement("p"), { innerHTML: caption.innerHTML });
    caption.closest("table").before(line);
    caption.remove();
  }
  const texts = body.ownerDocument.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.replace(BROKEN, "");
  for (const line of body.querySelectorAll("p")) if (blank(line)) line.remove();
  for (const element of body.querySelectorAll("*")) {
    if (element.localName === "was-style") element.remove();
    for (const { name } of [...element.attributes]) if (name.startsWith("data-was-")) element.removeAttribute(name);
  }
  return { html: body.innerHTML, removed };
}

// The editor's text as the form sends it: no attributes but those the server keeps, no empty lines, cells and
// items without a paragraph of their own where there is only one.
export function sentOut(html) {
  const body = bodyOf(html);
  for (const element of body.querySelectorAll("*")) {
    for (const { name } of [...element.attributes]) if (!KEPT.includes(name)) element.removeAttribute(name);
  }
  for (const cell of body.querySelectorAll("td, th, li")) {
    const lines = cell.querySelectorAll(":scope > p"), first = cell.firstElementChild;
    if (lines.length !== 1 || lines[0] !== first) continue;
    if (cell.localName === "li" || cell.children.length === 1) first.replaceWith(...first.childNodes);
  }
  for (const line of body.querySelectorAll("p")) if (blank(line)) line.remove();
  return body.innerHTML;
}
