// Cells copied from Excel, pasted into any element: each value goes to the element of its name, a single column
// goes downwards from where one stands. Anything else is pasted as ever.
import { rowsOf } from "./pasting.js";

const set = document.getElementById("elements");

function begin() {
  const hint = set.querySelector(".hint"), said = set.querySelector("[role=status]"), back = set.querySelector(".back");
  const fields = [...set.querySelectorAll("input, textarea")];
  const plain = (text) => text.replace(/[\s\u00a0●○::]/g, "");
  const nameOf = (field) => set.querySelector(`label[for="${field.id}"]`).firstChild.textContent.trim();
  const named = (pairs) => pairs
    .map(([name, value]) => [fields.find((field) => plain(nameOf(field)) === plain(name || "")), value])
    .filter(([field, value]) => field && value !== undefined);
  let before = [];

  function meant(rows, here) {
    if (rows.every((row) => row.length === 1)) {
      return rows.map(([value], n) => [fields[here + n], value]).filter(([field]) => field);
    }
    const across = rows.length === 2 ? named(rows[0].map((name, n) => [name, rows[1][n]])) : [];
    return across.length && across.length === rows[0].length ? across : named(rows);
  }

  function fill(pairs) {
    for (const [field, value] of pairs) {
      field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  hint.hidden = false;
  set.addEventListener("paste", (event) => {
    const rows = rowsOf(event.clipboardData.getData("text/html")), here = fields.indexOf(event.target);
    if (here < 0 || rows.flat().length < 2) return;
    const pairs = meant(rows, here);
    if (!pairs.length) return;
    event.preventDefault();
    before = pairs.map(([field]) => [field, field.value]);
    fill(pairs);
    said.textContent = set.dataset.filled + pairs.map(([field]) => nameOf(field)).join("、");
    back.hidden = false;
  });
  back.addEventListener("click", () => {
    fill(before);
    said.textContent = "";
    back.hidden = true;
    before[0][0].focus();
  });
}

if (set) begin();
