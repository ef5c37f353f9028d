/* What the pages do beyond links and forms. Every page works without it. */
"use strict";

(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  /* --- errors: the summary is where one should be ----------------------------------------- */
  const summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();

  /* --- copy buttons ------------------------------------------------------------------------ */
  const said = document.createElement("p");
  said.className = "visually-hidden";
  said.setAttribute("role", "status");

  const copy = async (button) => {
    await navigator.clipboard.writeText(button.dataset.copy);
    const label = button.querySelector("span");
    const before = label.innerHTML;
    label.textContent = said.textContent = button.dataset.said;
    button.dataset.copied = "";
    setTimeout(() => {
      label.innerHTML = before;
      said.textContent = "";
      delete button.dataset.copied;
    }, 2000);
  };

  if (navigator.clipboard) {
    const buttons = all("[data-copy]");
    if (buttons.length) document.body.append(said);
    for (const button of buttons) {
      button.hidden = false;
      button.addEventListener("click", () => {
        if (!("copied" in button.dataset)) copy(button);
      });
    }
  }

  /* --- the FAQ answers while one types ------------------------------------------------------ */
  /* The same reading of a question as balie.faces.faq.articles. */
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const words = (text) => plain(text).match(/[\p{L}\p{N}]{2,}/gu) || [];

  const meets = (asked, place) =>
    place.some((word) => word.startsWith(asked) || (word.length >= 5 && asked.startsWith(word)));
  const score = ({ title, keywords, text }, asked) =>
    asked.reduce((total, word) => {
      if (meets(word, title)) return total + 3;
      if (meets(word, keywords)) return total + 2;
      return total + (meets(word, text) ? 1 : 0);
    }, 0);

  const search = document.querySelector("[data-search]");
  if (search) {
    const list = document.querySelector("[data-answers]");
    const ignored = new Set(words(search.dataset.ignored));
    const articles = all("[data-keywords]", list).map((element) => ({
      element,
      link: document.querySelector(`[data-contents] a[href="#${element.id}"]`),
      title: words(element.querySelector("h2").textContent),
      keywords: words(element.dataset.keywords),
      text: words(element.querySelector(".prose").textContent),
    }));
    const state = document.querySelector("[data-search-said]");
    const none = document.querySelector("[data-search-none]");
    const show = () => {
      const asked = words(search.value).filter((word) => !ignored.has(word));
      const found = articles.map((article) => ({
        article,
        points: asked.length ? score(article, asked) : 1,
      }));
      found.sort((one, other) => other.points - one.points);
      const best = found.length ? found[0].points : 0;
      let count = 0;
      for (const { article, points } of found) {
        const answers = points > 0 && points * 2 >= best;
        count += answers;
        article.element.hidden = !answers;
        if (article.link) article.link.parentElement.hidden = !answers;
        list.append(article.element);
      }
      none.hidden = count > 0;
      if (!asked.length) state.textContent = "";
      else if (count === 1) state.textContent = search.dataset.one;
      else state.textContent = (count ? search.dataset.many : search.dataset.none).replace("0", count);
    };
    search.addEventListener("input", show);
  }

  /* --- a reply in the making survives a closed tab, and a session that ended meanwhile ---------- */
  try {
    const sent = "balie-draft-sent";
    const last = localStorage.getItem(sent);
    localStorage.removeItem(sent);
    if (last && document.querySelector(".flash.state-kept")) localStorage.removeItem(last);
    for (const area of all("textarea[data-draft]")) {
      const name = `balie-draft-${area.dataset.draft}`;
      if (!area.value) area.value = localStorage.getItem(name) || "";
      area.addEventListener("input", () => localStorage.setItem(name, area.value));
      area.form.addEventListener("submit", () => localStorage.setItem(sent, name));
    }
  } catch {
    /* the browser keeps nothing; then neither do we */
  }

  /* --- keys of the desk ----------------------------------------------------------------------- */
  const help = document.getElementById("keys");
  /* The queue beside a ticket shows where one is; the page itself stays where it was. */
  const current = document.querySelector(".bench-queue [aria-current]");
  if (current) {
    const queue = current.closest(".bench-queue");
    queue.scrollTop = current.offsetTop - queue.clientHeight / 2;
  }

  const rows = all("table[data-queue] .row-title a, .queue[data-queue] a, [data-row]");

  const step = (by) => {
    if (!rows.length) return;
    const here = rows.indexOf(document.activeElement);
    const current = rows.findIndex((row) => row.hasAttribute("aria-current"));
    const from = here >= 0 ? here : current;
    const to = from < 0 ? 0 : Math.min(Math.max(from + by, 0), rows.length - 1);
    rows[to].focus();
  };

  const use = (element) => {
    const opens = element.closest("details:not([open])");
    if (opens) opens.open = true;
    if (element.matches("input, select, textarea")) element.focus();
    else element.click();
  };

  const isTyping = (target) => target.matches("input, select, textarea, [contenteditable]");

  if (help) {
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && isTyping(event.target)) event.target.blur();
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event.target) || help.open) return;
      /* Enter on a link or a button uses that one. */
      if (event.key === "Enter" && event.target.closest("a, button, summary")) return;
      const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
      if (event.key === "j") step(1);
      else if (event.key === "k") step(-1);
      else if (event.key === "?") help.showModal();
      else if (target) use(target);
      else return;
      event.preventDefault();
    });
    for (const button of all("[data-opens-keys]")) {
      button.hidden = false;
      button.addEventListener("click", () => help.showModal());
    }
  }
})();
