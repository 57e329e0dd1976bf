// Upload by choosing, dragging or pasting, piece by piece; what has arrived survives a reload. Without this file
// the plain file field sends the files with the form.
(() => {
  "use strict";
  const desk = document.getElementById("upload-desk");
  const form = document.getElementById("draft");
  const field = document.getElementById("id_uploads");
  if (!desk || !form || !field) return;
  const { begin, disclosure } = desk.dataset;
  const words = desk.dataset;
  const list = desk.querySelector("ul");
  const pattern = desk.querySelector("template");
  const PIECE = 2 * 1024 * 1024, PATIENCE = [1, 2, 5, 10, 20];
  const token = () => form.querySelector("[name=csrfmiddlewaretoken]").value;
  const waiting = [];
  let busy = false, pressed = null; // pressed: the button that waits for the files to be complete
  desk.hidden = false;

  const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));
  const megabytes = (bytes) => (bytes / 1048576).toFixed(1);

  async function ask(address, options) {
    const answer = await fetch(address, {
      credentials: "same-origin", ...options, headers: { "X-CSRFToken": token(), ...(options.headers || {}) },
    });
    const kind = answer.headers.get("Content-Type") || "";
    if (answer.redirected || (answer.status < 500 && !kind.includes("json"))) {
      throw Object.assign(new Error(words.away), { final: true });
    }
    const said = kind.includes("json") ? await answer.json() : {};
    if (said.refused) throw Object.assign(new Error(said.refused), { final: true });
    if (answer.status >= 500) throw new Error(String(answer.status));
    return { status: answer.status, said };
  }

  // A lost line is waited for; what the server says is final is shown.
  async function patiently(row, act) {
    for (let turn = 0; ; turn += 1) {
      try {
        return await act();
      } catch (error) {
        if (error.final || row.gone || turn >= PATIENCE.length) throw error;
        row.say(words.waiting);
        await pause(PATIENCE[turn]);
      }
    }
  }

  function newRow(name, size) {
    const node = pattern.content.firstElementChild.cloneNode(true);
    const bar = node.querySelector("progress");
    const row = {
      node, key: "", gone: false, file: null,
      say: (text, bad) => {
        node.querySelector(".said").textContent = text;
        node.classList.toggle("bad", Boolean(bad));
        if (bad) bar.hidden = true;
      },
      show: (arrived) => {
        bar.hidden = false;
        bar.value = size ? arrived / size : 0;
        row.say(`${megabytes(arrived)} / ${megabytes(size)} MB`);
      },
      again: (shown) => { node.querySelector(".again").hidden = !shown; },
    };
    node.querySelector(".name").textContent = name;
    bar.setAttribute("aria-label", name);
    node.querySelector(".again").addEventListener("click", () => { row.again(false); enqueue(row); });
    node.querySelector(".cancel").addEventListener("click", async () => {
      row.gone = true;
      node.remove();
      if (row.key) await ask(`${begin}${row.key}/`, { method: "DELETE" }).catch(() => {});
    });
    list.append(node);
    return row;
  }

  async function send(row) {
    const { file } = row;
    const facts = new FormData();
    facts.set("disclosure", disclosure);
    facts.set("name", file.name);
    facts.set("size", file.size);
    facts.set("modified", file.lastModified);
    const first = await patiently(row, () => ask(begin, { method: "POST", body: facts }));
    row.key = first.said.key;
    let { arrived } = first.said;
    row.show(arrived);
    while (arrived < file.size && !row.gone) {
      const from = arrived;
      const { said } = await patiently(row, () => ask(`${begin}${row.key}/?offset=${from}`, {
        method: "PUT",
        body: file.slice(from, from + PIECE),
        headers: { "Content-Type": "application/octet-stream" },
      }));
      if (said.arrived === undefined) throw new Error(words.failed);
      arrived = said.arrived;
      row.show(arrived);
    }
    if (row.gone) return;
    row.say(words.checking);
    await patiently(row, () => ask(`${begin}${row.key}/finish/`, { method: "POST" }));
    row.node.remove();
    await refresh();
  }

  // The page's own lists of files and findings, as the server now draws them; what is being typed is not touched.
  async function refresh() {
    const answer = await fetch(window.location.href, { credentials: "same-origin" });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of ["attached", "checked"]) {
      const old = document.getElementById(id), now = fresh.getElementById(id);
      if (old && now) old.replaceWith(now);
    }
  }

  async function work() {
    if (busy) return;
    busy = true;
    while (waiting.length) {
      const row = waiting.shift();
      try {
        if (!row.gone) await send(row);
      } catch (error) {
        row.say(error.final ? error.message : words.failed, true);
        row.again(!error.final || error.message === words.away);
      }
    }
    busy = false;
    if (!pressed) return;
    const button = pressed, trouble = list.querySelector(".bad .again:not([hidden])") || list.querySelector(".bad .cancel");
    hold(null);
    if (trouble) trouble.focus(); // what failed is for the officer to decide, not to be left behind in silence
    else form.requestSubmit(button);
  }

  function hold(button) {
    pressed = button;
    desk.querySelector(".held").textContent = button ? words.held : "";
  }

  function enqueue(row) {
    row.say(words.queued);
    waiting.push(row);
    work();
  }

  function take(files) {
    for (const file of files) {
      const known = [...list.children].find((node) => node.dataset.name === file.name && node.dataset.size === String(file.size));
      if (known) known.remove(); // an unfinished one of the last visit: the server knows how far it was
      const row = newRow(file.name, file.size);
      row.file = file;
      enqueue(row);
    }
  }

  const takeChosen = () => {
    take([...field.files]);
    field.value = "";
  };
  field.addEventListener("change", takeChosen);

  const carriesFiles = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    desk.classList.add("over");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) desk.classList.remove("over");
  });
  document.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    desk.classList.remove("over");
    take([...event.dataTransfer.files]);
  });
  document.addEventListener("paste", (event) => {
    const clip = event.clipboardData;
    // Cells copied from Excel come with a picture of themselves: where there is text, the text is meant.
    if (!clip || !clip.files.length || [...clip.types].some((type) => type.startsWith("text/"))) return;
    event.preventDefault();
    const stamp = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
    take([...clip.files].map((file, n) => (
      /^image\.\w+$/.test(file.name)
        ? new File([file], `${words.pasted}${stamp}-${n + 1}.${file.name.split(".").pop()}`, { type: file.type, lastModified: file.lastModified })
        : file
    )));
  });
  // A form sent now would leave the files behind: it goes by itself when they have arrived.
  form.addEventListener("submit", (event) => {
    if (!busy) return;
    event.preventDefault();
    hold(event.submitter);
  });
  window.addEventListener("beforeunload", (event) => {
    if (busy) event.preventDefault();
  });

  ask(`${begin}?disclosure=${disclosure}`, { method: "GET" }).then(({ said }) => {
    for (const upload of said.uploads) {
      const row = newRow(upload.name, upload.size);
      row.key = upload.key;
      row.node.dataset.name = upload.name;
      row.node.dataset.size = String(upload.size);
      row.show(upload.arrived);
      row.say(`${megabytes(upload.arrived)} / ${megabytes(upload.size)} MB · ${words.resume}`);
    }
  }).catch(() => {}).then(() => {
    if (field.files.length) takeChosen(); // chosen while this file was still on its way
  });
})();
