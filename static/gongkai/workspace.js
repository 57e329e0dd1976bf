// Comfort only: every page works without this file.
(() => {
  "use strict";
  const typing = (el) => el.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!target) return;
    event.preventDefault();
    if (target.tagName === "INPUT") target.focus(); else target.click();
  });
  const problems = document.getElementById("problems");
  if (problems) problems.focus();
  // Sending takes time: a second click on the way is not a second order.
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return; // held back by another part: not sent
    if (event.target.method !== "post" || event.target.dataset.sent) {
      if (event.target.dataset.sent) event.preventDefault();
      return;
    }
    event.target.dataset.sent = "1";
    setTimeout(() => { delete event.target.dataset.sent; }, 4000);
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("select[data-go]")) event.target.form.requestSubmit();
  });
  // Pasting a table or a list keeps it: its HTML goes into the text, and the server cleans it.
  document.addEventListener("paste", (event) => {
    const box = event.target;
    if (!box.matches || !box.matches("textarea[data-rich]")) return;
    const html = event.clipboardData.getData("text/html");
    if (!/<(table|ul|ol|h[1-6])\b/i.test(html)) return;
    event.preventDefault();
    const body = new DOMParser().parseFromString(html, "text/html").body.innerHTML.trim();
    const lines = (text) => text.split(/\n+/).filter(Boolean).map((line) => {
      const p = document.createElement("p");
      p.textContent = line;
      return p.outerHTML;
    }).join("\n");
    const before = box.value.slice(0, box.selectionStart), after = box.value.slice(box.selectionEnd);
    const plain = !box.value.includes("<");
    box.value = [plain ? lines(before) : before, body, plain ? lines(after) : after].filter(Boolean).join("\n");
    box.dispatchEvent(new Event("input", { bubbles: true }));
  });
  if (window.htmx) {
    // A refusal is an answer too: show it where the answer would have gone.
    window.htmx.config.responseHandling = [
      { code: "204", swap: false },
      { code: "[234]..", swap: true },
      { code: "5..", swap: false, error: true },
    ];
  }
})();
