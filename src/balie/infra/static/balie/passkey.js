/* Asks the browser for a passkey, or to make one; prints recovery codes. All works without it. */
"use strict";

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

(() => {
  if (!window.PublicKeyCredential || !navigator.credentials) return;

  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));

  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-")
      .replace(/\//g, "_")
      .replace(/=+$/, "");

  const known = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const asked = (key) => ({
    ...key,
    challenge: bytes(key.challenge),
    ...(key.user && { user: { ...key.user, id: bytes(key.user.id) } }),
    ...(key.allowCredentials && { allowCredentials: known(key.allowCredentials) }),
    ...(key.excludeCredentials && { excludeCredentials: known(key.excludeCredentials) }),
  });

  const answered = (made) => {
    const response = { clientDataJSON: text(made.response.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (made.response[name]) response[name] = text(made.response[name]);
    }
    return {
      id: made.id,
      rawId: text(made.rawId),
      type: made.type,
      clientExtensionResults: made.getClientExtensionResults(),
      response,
    };
  };

  const ask = async (form) => {
    const token = form.elements.csrfmiddlewaretoken.value;
    const reply = await fetch(form.dataset.passkey, {
      method: "POST",
      headers: { "X-CSRFToken": token },
    });
    const { publicKey } = await reply.json();
    const options = { publicKey: asked(publicKey) };
    const act = publicKey.user ? "create" : "get";
    const made = await navigator.credentials[act](options);
    form.elements.answer.value = JSON.stringify(answered(made));
    form.submit();
  };

  for (const part of document.querySelectorAll("[data-passkey-only]")) part.hidden = false;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      ask(form).catch(() => {
        form.querySelector("[data-passkey-said]").textContent = form.dataset.failed;
      });
    });
  }
})();
