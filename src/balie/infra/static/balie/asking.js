/* Shows answers that fit what one types in a question. Without it the form works the same. */
"use strict";

(() => {
  const box = document.querySelector("[data-fitting]");
  const form = box && box.closest("form");
  const area = form && form.elements.body;
  if (!area) return;

  const said = box.querySelector("[data-fitting-said]");
  const list = box.querySelector("[data-fitting-list]");
  const told = new Set();
  let running = null;
  let timer = 0;
  let shown = "";

  const post = (url, values, signal) =>
    fetch(url, {
      method: "POST",
      headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
      body: new URLSearchParams(values),
      keepalive: true,
      signal,
    });

  const tell = (url, anchor) => {
    if (told.has(url + anchor)) return;
    told.add(url + anchor);
    post(url.replace("/-/", `/${anchor}/`), { visit: form.elements.visit.value }).catch(() => {});
  };

  const show = (html) => {
    /* What one is reading stays. */
    if (html === shown || list.querySelector("details[open]")) return;
    shown = html;
    list.innerHTML = html;
    const count = list.querySelectorAll("details").length;
    list.hidden = count === 0;
    const words = count === 1 ? box.dataset.one : box.dataset.many.replace("0", count);
    said.textContent = count ? words : "";
  };

  const ask = async () => {
    if (running) running.abort();
    running = new AbortController();
    try {
      const answer = await post(box.dataset.fitting, { body: area.value }, running.signal);
      if (answer.ok) show((await answer.text()).trim());
    } catch {
      /* a slow line, or a newer question: the form does not wait for it */
    }
  };

  area.addEventListener("input", () => {
    clearTimeout(timer);
    if (area.value.trim().length > 11) timer = setTimeout(ask, 500);
  });
  list.addEventListener(
    "toggle",
    (event) => {
      if (event.target.open) tell(box.dataset.opened, event.target.dataset.fits);
    },
    true,
  );
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-fits-helped]");
    if (!button) return;
    tell(box.dataset.helped, button.closest("details").dataset.fits);
    said.textContent = box.dataset.thanks;
    button.disabled = true;
  });
})();
