// The body as a text one sees while writing it. Without this file, or where its library does not load, the plain
// text box stays; the form sends the same field either way and the server cleans it.
import { asHtml, sentOut, takenIn } from "./pasting.js";

const ADDRESS = /^(https?:\/\/|mailto:)\S+$/i;

const ACTS = {
  h2: { do: (chain) => chain.toggleHeading({ level: 2 }), on: ["heading", { level: 2 }] },
  h3: { do: (chain) => chain.toggleHeading({ level: 3 }), on: ["heading", { level: 3 }] },
  h4: { do: (chain) => chain.toggleHeading({ level: 4 }), on: ["heading", { level: 4 }] },
  bold: { do: (chain) => chain.toggleBold(), on: ["bold"] },
  bullets: { do: (chain) => chain.toggleBulletList(), on: ["bulletList"] },
  numbers: { do: (chain) => chain.toggleOrderedList(), on: ["orderedList"] },
  link: { on: ["link"] },
  table: { do: (chain) => chain.insertTable({ rows: 3, cols: 3, withHeaderRow: true }) },
  plain: { do: (chain) => chain.unsetAllMarks().clearNodes() },
  undo: { do: (chain) => chain.undo(), can: (can) => can.undo() },
  redo: { do: (chain) => chain.redo(), can: (can) => can.redo() },
  rowBefore: { do: (chain) => chain.addRowBefore() },
  rowAfter: { do: (chain) => chain.addRowAfter() },
  columnBefore: { do: (chain) => chain.addColumnBefore() },
  columnAfter: { do: (chain) => chain.addColumnAfter() },
  noRow: { do: (chain) => chain.deleteRow() },
  noColumn: { do: (chain) => chain.deleteColumn() },
  merge: { do: (chain) => chain.mergeOrSplit(), can: (can) => can.mergeOrSplit() },
  header: { do: (chain) => chain.toggleHeaderRow() },
  noTable: { do: (chain) => chain.deleteTable() },
};

function extensionsOf(library) {
  const l = library;
  const th = l.TableHeader.extend({
    addAttributes() {
      return { ...this.parent?.(), scope: { default: null } };
    },
  });
  // Tab goes from cell to cell and, after the last one, on to the next control: the keyboard is never caught.
  const table = l.Table.extend({
    addKeyboardShortcuts() {
      return { ...this.parent?.(), Tab: () => this.editor.commands.goToNextCell() };
    },
  });
  const link = l.Link.extend({ addKeyboardShortcuts: () => ({}) }).configure({
    autolink: false, openOnClick: false, isAllowedUri: (address) => /^(https?:\/\/|mailto:|[/#])/i.test(address),
  });
  return [
    l.Document, l.Text, l.Paragraph, l.HardBreak, l.Heading.configure({ levels: [2, 3, 4] }), l.Blockquote,
    l.HorizontalRule, l.BulletList, l.OrderedList, l.ListItem, table, l.TableRow, th, l.TableCell, link,
    l.Bold, l.Italic, l.Underline, l.Strike, l.Subscript, l.Superscript, l.History, l.Dropcursor, l.Gapcursor,
    l.TrailingNode,
  ];
}

// One stop for the Tab key, arrows between the buttons, and back to the text with Escape.
function walkable(bar, leave) {
  const buttons = () => [...bar.querySelectorAll("button")].filter((b) => !b.closest("[hidden]"));
  const stop = (button) => {
    for (const other of bar.querySelectorAll("button")) other.tabIndex = other === button ? 0 : -1;
  };
  stop(buttons()[0]);
  bar.addEventListener("focusin", (event) => stop(event.target));
  bar.addEventListener("keydown", (event) => {
    if (event.key === "Escape") leave();
    const all = buttons(), here = all.indexOf(document.activeElement);
    const next = {
      ArrowRight: here + 1, ArrowDown: here + 1, ArrowLeft: here - 1, ArrowUp: here - 1, Home: 0, End: all.length - 1,
    }[event.key];
    if (next === undefined || here < 0) return;
    event.preventDefault();
    all[(next + all.length) % all.length].focus();
  });
  return () => {
    if (!buttons().some((button) => button.tabIndex === 0)) stop(buttons()[0]);
  };
}

// Address of a link, asked for in a line under the buttons.
function linkAsker(frame, editor, say) {
  const panel = frame.querySelector(".rich-link"), field = panel.querySelector("input");
  const { incomplete } = panel.dataset;
  const close = () => {
    panel.hidden = true;
    field.removeAttribute("aria-invalid");
    editor.commands.focus();
  };
  const take = () => {
    let address = field.value.trim();
    if (/^www\./i.test(address)) address = `https://${address}`;
    if (!ADDRESS.test(address)) {
      field.setAttribute("aria-invalid", "true");
      say(incomplete);
      field.focus();
      return;
    }
    say("");
    const { from, to } = editor.state.selection;
    const bare = !editor.state.doc.textBetween(from, to) && !editor.isActive("link");
    if (bare) editor.commands.insertContent({ type: "text", text: address, marks: [{ type: "link", attrs: { href: address } }] });
    else editor.chain().extendMarkRange("link").setLink({ href: address }).run();
    close();
  };
  panel.addEventListener("input", (event) => event.stopPropagation());
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target === field) {
      event.preventDefault();
      take();
    }
    if (event.key === "Escape") close();
  });
  panel.querySelector(".leave").addEventListener("click", close);
  panel.querySelector(".take").addEventListener("click", take);
  panel.querySelector(".unlink").addEventListener("click", () => {
    editor.chain().extendMarkRange("link").unsetLink().run();
    close();
  });
  return () => {
    field.value = editor.getAttributes("link").href || "";
    panel.querySelector(".unlink").hidden = !editor.isActive("link");
    panel.hidden = false;
    field.focus();
  };
}

// What a pasted thing is: files without text are the attachments' business; a text copied from a saved copy of
// the page is the HTML it looks like.
function pasting(editorOf) {
  return (_view, event) => {
    const clip = event.clipboardData;
    if (!clip) return false;
    if (clip.files.length && ![...clip.types].some((type) => type.startsWith("text/"))) return true;
    const text = clip.getData("text/plain").trim();
    if (clip.getData("text/html") || !/^<(p|h[2-4]|ul|ol|table|blockquote)[\s>][^]*<\/\w+>$/.test(text)) return false;
    editorOf().commands.insertContent(text);
    return true;
  };
}

function labelled(box, frame, paper) {
  const label = document.querySelector(`label[for="${box.id}"]`);
  label.id = `${box.id}_label`;
  label.addEventListener("click", () => paper.focus());
  const about = box.getAttribute("aria-describedby");
  for (const [name, value] of Object.entries({
    role: "textbox", "aria-multiline": "true", "aria-labelledby": label.id,
    "aria-describedby": [about, "rich-keys"].filter(Boolean).join(" "), id: box.id,
  })) paper.setAttribute(name, value);
  if (box.getAttribute("aria-invalid")) paper.setAttribute("aria-invalid", "true");
  box.id = `${box.id}_source`;
  frame.querySelector("[role=toolbar]").setAttribute("aria-controls", paper.id);
}

function begin(library, box, pattern) {
  const active = new Set(box.dataset.active.split(" "));
  const frame = pattern.content.firstElementChild.cloneNode(true);
  const bar = frame.querySelector("[role=toolbar]"), status = frame.querySelector("[role=status]");
  const say = (text) => { status.textContent = text; };
  let editor = null, sent = "", shown = box.value;
  const told = (html) => {
    if (html.includes("data-pm-slice")) return html; // a piece of this very text
    const taken = takenIn(html, active);
    say(taken.removed.length ? `${pattern.dataset.removed}${taken.removed.join("、")}` : "");
    return taken.html;
  };
  const write = () => {
    const text = sentOut(editor.getHTML());
    if (text === sent) return;
    sent = shown = box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const pressed = (button) => {
    const act = ACTS[button.dataset.act];
    if (button.getAttribute("aria-disabled") === "true") return;
    if (act.do) act.do(editor.chain().focus()).run(); else ask();
  };
  editor = new library.Editor({
    element: frame.querySelector(".rich-paper"), extensions: extensionsOf(library), injectCSS: false,
    content: takenIn(asHtml(box.value), active).html, enableInputRules: false, enablePasteRules: false,
    editorProps: { scrollMargin: 96, scrollThreshold: 96, transformPastedHTML: told, handlePaste: pasting(() => editor) },
    onUpdate: write,
  });
  sent = sentOut(editor.getHTML());
  const ask = linkAsker(frame, editor, say);
  const settle = walkable(bar, () => editor.commands.focus());
  const draw = () => {
    bar.querySelector("[data-when=table]").hidden = !editor.isActive("table");
    for (const button of bar.querySelectorAll("button")) {
      const { on, can } = ACTS[button.dataset.act];
      if (on) button.setAttribute("aria-pressed", String(editor.isActive(...on)));
      if (can) button.setAttribute("aria-disabled", String(!can(editor.can())));
    }
    settle();
  };
  editor.on("transaction", draw);
  bar.addEventListener("mousedown", (event) => event.preventDefault()); // the chosen words stay chosen
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) pressed(button);
  });
  frame.addEventListener("keydown", (event) => {
    if (event.altKey && event.key === "F10") bar.querySelector('button[tabindex="0"]').focus();
    else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") ask();
    else return;
    event.preventDefault();
  });
  const inside = box === document.activeElement;
  labelled(box, frame, editor.view.dom);
  draw();
  box.before(frame);
  box.hidden = true;
  if (inside) editor.commands.focus("end");
  // A browser that fills the form again after going back fills the hidden box: show what it put there.
  window.addEventListener("pageshow", () => {
    if (box.value === shown) return;
    shown = box.value;
    editor.commands.setContent(takenIn(asHtml(shown), active).html);
  });
}

const box = document.querySelector("textarea[data-rich]"), pattern = document.getElementById("rich-desk");
if (box && pattern) import(pattern.dataset.library).then((library) => begin(library, box, pattern)).catch(() => {});
