/* While an employee types: his draft is kept, colleagues are seen, saved replies are at hand.
   Every page of the desk works without it. */
"use strict";

(() => {
  const PAUSE = 1200;
  const LOOK = 8000;
  const STILL_TYPING = 7000;

  const post = (url, form, fields) => {
    const body = new URLSearchParams(fields);
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    return fetch(url, { method: "POST", body, keepalive: true, credentials: "same-origin" });
  };

  const button = (words, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button-link";
    made.textContent = words;
    made.addEventListener("click", act);
    return made;
  };

  /* --- drafts ---------------------------------------------------------------------------- */
  const keepDraft = (form) => {
    const area = form.elements.body;
    const version = form.elements.version;
    const said = form.querySelector("[data-draft-said]");
    let kept = area.defaultValue;
    let waiting = 0;
    let busy = false;
    let stopped = false;

    const conflict = ({ said: words, body, version: theirs }) => {
      stopped = true;
      const goOn = (text) => {
        stopped = false;
        version.value = theirs;
        if (text !== null) area.value = text;
        save();
      };
      said.replaceChildren(
        `${words} `,
        button(form.dataset.keep, () => goOn(null)),
        " ",
        button(form.dataset.take, () => goOn(body)),
      );
    };

    const save = async () => {
      clearTimeout(waiting);
      waiting = 0;
      if (busy || stopped || area.value === kept) return;
      busy = true;
      const text = area.value;
      try {
        const fields = { kind: form.dataset.typing, body: text, version: version.value || 0 };
        const answer = await post(form.dataset.draftUrl, form, fields);
        if (answer.status === 409) conflict(await answer.json());
        else if (answer.ok) {
          const { said: words, version: now } = await answer.json();
          kept = text;
          version.value = now;
          said.textContent = words;
        } else said.textContent = form.dataset.lost;
      } catch {
        said.textContent = form.dataset.lost;
      }
      busy = false;
      if (area.value !== kept && !stopped && !waiting) waiting = setTimeout(save, PAUSE);
    };

    area.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(save, PAUSE);
    });
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) save();
    });
    form.addEventListener("submit", () => {
      stopped = true;
      clearTimeout(waiting);
    });
    if (area.value !== kept) save();
  };

  /* --- who else is here -------------------------------------------------------------------- */
  const lookAround = (form) => {
    const others = form.querySelector("[data-others]");
    let typedAt = 0;
    form.elements.body.addEventListener("input", () => {
      const began = Date.now() - typedAt > STILL_TYPING;
      typedAt = Date.now();
      if (began) look();
    });
    const look = async () => {
      if (document.hidden) return;
      const typing = Date.now() - typedAt < STILL_TYPING ? 1 : 0;
      try {
        const fields = { typing, seen: form.elements.seen.value };
        const answer = await post(form.dataset.presentUrl, form, fields);
        if (!answer.ok) return;
        const { said, new: fresh } = await answer.json();
        const words = [said, fresh].filter(Boolean).join(" ");
        if (others.textContent.trim() !== words) others.textContent = words;
      } catch {
        /* the next look will tell */
      }
    };
    look();
    setInterval(look, LOOK);
    document.addEventListener("visibilitychange", look);
  };

  /* --- saved replies: a semicolon and a name --------------------------------------------------- */
  const offerReplies = (form) => {
    const area = form.elements.body;
    const list = form.querySelector("[data-replies-list]");
    const opener = form.querySelector("[data-replies-open]");
    let known = null;
    let chosen = 0;
    let found = [];
    let from = 0;

    const load = async () => {
      if (!known) {
        const answer = await fetch(form.dataset.repliesUrl, { credentials: "same-origin" });
        known = answer.ok ? (await answer.json()).replies : [];
      }
      return known;
    };
    const hide = () => {
      list.hidden = true;
      area.removeAttribute("aria-activedescendant");
    };
    const mark = () => {
      [...list.children].forEach((item, index) => {
        item.setAttribute("aria-selected", String(index === chosen));
      });
      const current = list.children[chosen];
      if (current) {
        area.setAttribute("aria-activedescendant", current.id);
        current.scrollIntoView({ block: "nearest" });
      }
    };
    const put = (reply) => {
      area.setRangeText(reply.text, from, area.selectionStart, "end");
      hide();
      area.focus();
      area.dispatchEvent(new Event("input", { bubbles: true }));
    };
    const offer = async () => {
      const before = area.value.slice(0, area.selectionStart);
      const typed = /(?:^|\s);([\p{L}\p{N}_.+-]*)$/u.exec(before);
      if (!typed) return hide();
      from = before.length - typed[1].length - 1;
      found = (await load()).filter(({ name }) => name.includes(typed[1].toLowerCase())).slice(0, 8);
      chosen = 0;
      list.replaceChildren(
        ...found.map((reply, index) => {
          const item = document.createElement("li");
          item.id = `reply-${index}`;
          item.setAttribute("role", "option");
          const name = document.createElement("strong");
          name.textContent = reply.name;
          item.append(name, ` ${reply.text.slice(0, 90)}`);
          item.addEventListener("mousedown", (event) => {
            event.preventDefault();
            put(reply);
          });
          return item;
        }),
      );
      list.hidden = !found.length;
      if (found.length) mark();
      else hide();
    };

    area.addEventListener("input", offer);
    area.addEventListener("blur", hide);
    area.addEventListener("keydown", (event) => {
      if (list.hidden) return;
      const steps = { ArrowDown: 1, ArrowUp: -1 };
      if (event.key in steps) chosen = (chosen + steps[event.key] + found.length) % found.length;
      else if (event.key === "Enter" || event.key === "Tab") put(found[chosen]);
      else if (event.key === "Escape") hide();
      else return;
      event.preventDefault();
      event.stopPropagation();
      if (!list.hidden) mark();
    });
    opener.addEventListener("click", (event) => {
      event.preventDefault();
      area.focus();
      const at = area.selectionStart;
      const blank = at && !/\s/.test(area.value[at - 1]) ? " ;" : ";";
      area.setRangeText(blank, at, at, "end");
      offer();
    });
  };

  for (const form of document.querySelectorAll("[data-typing]")) {
    keepDraft(form);
    if (form.dataset.presentUrl) lookAround(form);
    if (form.dataset.repliesUrl) offerReplies(form);
  }
})();
