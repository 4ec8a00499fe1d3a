/* A form of the desk that works without a network. What is typed lies in this browser until it is sent, then it is gone.
   The key is made when the record is begun: sent twice, it counts once. */
(() => {
  "use strict";
  const KEPT = "lianxin-offline", STORE = "records";
  const form = document.querySelector("form[data-offline]");
  if (!form || !("indexedDB" in window)) return;
  const path = location.pathname, mine = form.dataset.person;
  const box = document.querySelector("[data-offline-box]");
  const words = box.dataset;
  const leftOut = new Set(["csrf_token", "revision"]);

  const done = (request) => new Promise((yes, no) => {
    request.onsuccess = () => yes(request.result);
    request.onerror = () => no(request.error);
  });
  const opened = indexedDB.open(KEPT, 1);
  opened.onupgradeneeded = () => opened.result.createObjectStore(STORE, { keyPath: "path" });
  const database = done(opened);
  const store = async (mode) => (await database).transaction(STORE, mode).objectStore(STORE);
  const read = async () => done((await store("readonly")).get(path));
  const write = async (record) => done((await store("readwrite")).put(record));
  const forget = async () => done((await store("readwrite")).delete(path));

  const typed = () => Array.from(new FormData(form)).filter(([name, value]) => !leftOut.has(name) && typeof value === "string");
  const begun = () => ({
    path, person: mine, key: crypto.randomUUID(), revision: form.elements.revision.value, state: "typing", fields: typed(), theirs: "", why: "",
  });
  const fill = (fields) => {
    for (const [name, value] of fields) {
      for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (field.type === "radio" || field.type === "checkbox") field.checked = fields.some(([one, said]) => one === name && said === field.value);
        else field.value = value;
      }
    }
  };

  // As a person reads it: a choice by its label, a day in one piece.
  const inWords = (fields) => fields.map(([name, value]) => {
    const chosen = form.querySelector(`[name="${CSS.escape(name)}"][value="${CSS.escape(value)}"]`);
    const label = chosen && chosen.labels && chosen.labels[0];
    if (label) return label.textContent.trim();
    if (name.endsWith("-month") || name.endsWith("-day")) return "";
    const said = Object.fromEntries(fields), stem = name.replace(/-year$/, "");
    return stem === name ? value : [value, said[`${stem}-month`], said[`${stem}-day`]].join("-");
  }).filter(Boolean).join("\n");

  const part = (name) => box.querySelector(`[data-offline-part="${name}"]`);
  const show = (record) => {
    const state = record ? record.state : "none";
    part("state").textContent = words[state] || words.none;
    part("why").textContent = record ? record.why : "";
    part("both").classList.toggle("lx-hidden", state !== "conflict");
    part("theirs").textContent = record ? record.theirs : "";
    part("mine").textContent = record ? inWords(record.fields) : "";
    for (const name of ["send", "delete"]) part(name).classList.toggle("lx-hidden", !record || (name === "send" && !["waiting", "signedout"].includes(state) && !(state === "conflict" && record.open)));
    box.dataset.state = state;
  };
  const keep = async (record) => { await write(record); show(record); };

  const keepPage = async () => {
    if (!("serviceWorker" in navigator)) return;
    await navigator.serviceWorker.register("/desk/offline-worker.js");
    await navigator.serviceWorker.ready;
    const copy = await fetch(`${path}?offline=1`, { headers: { Accept: "text/html" } });
    if (!copy.ok || copy.redirected) return;
    const cache = await caches.open(KEPT);
    await cache.put(path, copy);
    const parts = document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]");
    await cache.addAll(Array.from(parts, (one) => one.href || one.src));
    box.dataset.kept = "yes";
  };
  const dropPage = async () => {
    if ("caches" in window) await (await caches.open(KEPT)).delete(path);
  };

  const ask = (address, how = {}) => fetch(address, { cache: "no-store", ...how, headers: { Accept: "application/json", ...how.headers } });
  const stands = async () => {
    await fetch(`${path}?offline=1`, { cache: "no-store", headers: { Accept: "text/html" } }); // renews a sign-in that ran out
    return ask(`${path}/offline`);
  };
  const problem = async (answer) => (answer.headers.get("Content-Type") || "").includes("json") ? answer.json() : {};

  const conflict = async (record, said, first) => {
    const now = await ask(`${path}/offline`);
    const here = now.ok ? await now.json() : {};
    await keep({ ...record, state: "conflict", why: said.detail || first, theirs: here.theirs || "", now: here.revision, open: here.open });
  };
  const refused = async (record, answer) => {
    const said = await problem(answer);
    if ([404, 409, 412].includes(answer.status)) return conflict(record, said, words.gone);
    const lines = (said.errors || []).map((one) => one.message);
    // It is certain that nothing was taken: what is typed next is another record.
    return keep({ ...record, key: crypto.randomUUID(), state: "wrong", why: [said.title, ...lines].filter(Boolean).join("\n") });
  };

  // One at a time; the network that comes back while a try is failing asks for another one.
  let sending = null, again = false;
  const send = () => {
    again = sending !== null;
    sending = sending || sendOnce().finally(() => {
      sending = null;
      if (again) send();
    });
    return sending;
  };
  // A network that was just found is often not there yet: tried again, each time after longer, while the page is open.
  let wait = 1000, timer = 0;
  const later = () => {
    clearTimeout(timer);
    if (navigator.onLine) timer = setTimeout(send, wait);
    wait = Math.min(2 * wait, 60000);
  };
  const sendOnce = async () => {
    const record = await read();
    if (!record || !["waiting", "signedout"].includes(record.state) || record.person !== mine) return;
    try {
      const state = await stands();
      if (state.status === 401) { await keep({ ...record, state: "signedout" }); return; }
      if (!state.ok) { await refused(record, state); return; }
      const { csrf, person } = await state.json();
      if (person !== record.person) { await keep({ ...record, state: "other" }); return; }
      const body = new URLSearchParams([...record.fields, ["revision", record.revision], ["once", record.key]]);
      const answer = await ask(`${path}/offline`, { method: "POST", body, headers: { "X-CSRFToken": csrf } });
      if (!answer.ok && (answer.status >= 500 || answer.status === 429)) { await keep({ ...record, state: "waiting" }); later(); return; }
      if (!answer.ok) { await refused(record, answer); return; }
      await forget();
      await dropPage();
      show({ ...record, state: "sent", theirs: "", why: "" });
      location.assign(form.dataset.back);
    } catch (gone) {
      if (!(gone instanceof TypeError)) throw gone;
      await keep({ ...record, state: "waiting" }); // no network, or it broke off: sent once more, it counts once
      later();
    }
  };

  let saving = Promise.resolve();
  const type = () => {
    saving = saving.then(async () => {
      const before = await read();
      if (before && (before.state === "waiting" || before.person !== mine)) return;
      const fresh = begun();
      await keep(before ? { ...before, state: before.state === "conflict" ? "conflict" : "typing", fields: fresh.fields } : fresh);
    });
    return saving;
  };
  form.addEventListener("input", type);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await type();
    const record = await read();
    if (record.person !== mine) { form.submit(); return; } // what lies here is not his: his own goes the usual way
    if (record.state === "conflict") return;
    await keep({ ...record, state: "waiting" });
    await send();
  });
  part("send").addEventListener("click", async () => {
    const record = await read();
    if (record.state === "conflict" && !record.open) return;
    // Whoever read both sends his own all the same: it is a new record, after the other one.
    if (record.state === "conflict") await keep({ ...record, key: crypto.randomUUID(), revision: String(record.now), state: "waiting" });
    await send();
  });
  part("delete").addEventListener("click", async () => {
    await forget();
    await dropPage();
    location.assign(form.dataset.back);
  });
  window.addEventListener("online", () => { wait = 1000; send(); });

  (async () => {
    const record = await read();
    if (record && record.person === mine) fill(record.fields);
    show(record && record.person !== mine ? { ...record, state: "other", fields: [], theirs: "" } : record);
    box.classList.remove("lx-hidden");
    try { await keepPage(); } catch (gone) { if (!(gone instanceof TypeError)) throw gone; }
    await send();
  })();
})();
