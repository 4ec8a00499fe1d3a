/* Enhancement only: every page works without this file. */
(() => {
  "use strict";
  const all = (selector) => Array.from(document.querySelectorAll(selector));
  document.documentElement.classList.add("js");

  const summary = document.querySelector(".govuk-error-summary");
  if (summary) summary.focus();

  all(".govuk-error-summary a[href^='#']").forEach((link) => link.addEventListener("click", (event) => {
    const field = document.getElementById(link.getAttribute("href").slice(1));
    if (!field) return;
    event.preventDefault();
    const group = field.closest(".govuk-form-group");
    (group || field).scrollIntoView();
    field.focus({ preventScroll: true });
  }));

  all(".lx-count").forEach((group) => {
    const field = group.querySelector("textarea");
    const words = group.querySelector(".lx-count__message");
    if (!field || !words) return;
    // Visible words follow every key; the spoken ones wait for a pause in the typing.
    const spoken = document.createElement("span");
    spoken.className = "govuk-visually-hidden";
    spoken.setAttribute("role", "status");
    words.after(spoken);
    let wait = 0;
    // As a person counts: an emoji of a whole family is one character.
    const segments = "Segmenter" in Intl ? new Intl.Segmenter() : null;
    const letters = (text) => (segments ? [...segments.segment(text)] : Array.from(text)).length;
    const tell = () => {
      const left = Number(group.dataset.max) - letters(field.value);
      words.textContent = (left < 0 ? group.dataset.over : group.dataset.left).replace("{n}", Math.abs(left));
      words.classList.toggle("lx-count__message--over", left < 0);
      clearTimeout(wait);
      wait = setTimeout(() => { spoken.textContent = words.textContent; }, 1200);
    };
    field.addEventListener("input", tell);
    tell();
    clearTimeout(wait);
  });

  const reveal = (input) => {
    const part = document.getElementById(input.dataset.ariaControls);
    if (!part) return;
    part.classList.toggle("lx-hidden", !input.checked);
    input.setAttribute("aria-controls", part.id);
  };
  all("input[data-aria-controls]").forEach(reveal);
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || !input.name) return;
    all("input[data-aria-controls]").filter((one) => one.name === input.name).forEach(reveal);
  });

  let changed = false;
  all("form[data-confirm-leave]").forEach((form) => {
    form.addEventListener("input", () => { changed = true; });
    form.addEventListener("submit", () => { changed = false; });
  });
  window.addEventListener("beforeunload", (event) => {
    if (!changed) return;
    event.preventDefault();
    event.returnValue = "";
  });

  // A second press within the second is a slip of the finger, not a second case.
  let pressed = -Infinity;
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-prevent-double-click]");
    if (!button) return;
    if (event.timeStamp - pressed < 1000) event.preventDefault();
    else pressed = event.timeStamp;
  });

  // A live part asks for itself again; whoever has no script loads the page anew.
  all("[data-live]").forEach((part) => {
    let tag = "";
    setInterval(async () => {
      const answer = await fetch(part.dataset.live, { headers: tag ? { "If-None-Match": tag } : {} }).catch(() => null);
      if (!answer || answer.status !== 200) return;
      const fresh = answer.headers.get("ETag") || "";
      if (fresh !== tag) part.innerHTML = await answer.text();
      tag = fresh;
    }, Number(part.dataset.every) * 1000);
  });

  all("[data-print]").forEach((button) => button.addEventListener("click", () => window.print()));
})();
