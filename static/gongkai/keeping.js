// A draft in this page is kept: at once when the page goes out of sight, again when the line was lost, and nobody
// leaves unsaved words behind without being asked.
(() => {
  "use strict";
  const draft = document.getElementById("draft"), keeper = document.getElementById("autosave");
  if (!draft || !keeper || !window.htmx) return;
  const AGAIN = 10000;
  let typed = "unsaved" in draft.dataset ? 1 : 0, kept = 0, sending = 0, leaving = false;
  const keep = () => { if (typed > kept && !leaving) window.htmx.trigger(keeper, "keep"); };
  draft.addEventListener("input", () => { typed += 1; });
  draft.addEventListener("submit", (event) => {
    leaving = !event.defaultPrevented;
    setTimeout(() => { leaving = false; }, 4000);
  });
  keeper.addEventListener("htmx:beforeRequest", () => { sending = typed; });
  keeper.addEventListener("htmx:afterSwap", () => {
    if (!keeper.querySelector(".notice")) kept = Math.max(kept, sending);
  });
  const lost = () => {
    const note = Object.assign(document.createElement("p"), { className: "notice warn", textContent: keeper.dataset.offline });
    keeper.replaceChildren(note);
    setTimeout(keep, AGAIN);
  };
  for (const name of ["htmx:sendError", "htmx:responseError"]) keeper.addEventListener(name, lost);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") keep(); });
  window.addEventListener("beforeunload", (event) => { if (typed > kept && !leaving) event.preventDefault(); });
})();
