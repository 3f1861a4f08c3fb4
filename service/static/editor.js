// Keeps what is being typed while one types: no event, no version, offered again on return. Pages work without it.
(() => {
  const form = document.querySelector("form[data-autosave]");
  const line = document.querySelector("[data-save-line] span");
  if (!form) return;
  let timer, changed = false, sending = false;

  const say = (text, tone) => {
    if (!line) return;
    line.textContent = text;
    line.parentElement.className = `save-line tone-${tone}`;
  };

  const keep = async () => {
    if (!changed || sending) return;
    changed = false;
    sending = true;
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "PUT",
        headers: { "X-Revision": form.dataset.revision },
        body: new URLSearchParams(new FormData(form)),
      });
      const said = await answer.json();
      if (answer.ok) form.dataset.revision = said.revision;
      say(said.message, answer.ok ? "info" : "warning");
    } catch {
      changed = true;
      say(form.dataset.offline, "warning");
    }
    sending = false;
  };

  form.addEventListener("input", () => {
    changed = true;
    clearTimeout(timer);
    timer = setTimeout(keep, 1500);
  });
  form.addEventListener("submit", () => { changed = false; clearTimeout(timer); });
  addEventListener("offline", () => say(form.dataset.offline, "warning"));
  addEventListener("online", () => { changed = true; keep(); });
  addEventListener("visibilitychange", () => { if (document.hidden) keep(); });
})();
