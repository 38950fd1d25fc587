/* A form marked data-draft sends its answers (turn=save) a moment after the last touch; without a line they stay in this
   tab until the server has them. The saved line speaks by its data- attributes; JSON may bring `words`, and what the page
   has now seen (`fields`). */
const signs = { ready: "save", saved: "check", wait: "repeat", offline: "offline", failed: "alert" };

function tellSaved(line, state, words) {
  line.dataset.state = state;
  line.querySelector("use").setAttribute("href", `${document.documentElement.dataset.icons}#${signs[state]}`);
  const time = new Date().toLocaleTimeString("ru", { hour: "2-digit", minute: "2-digit" });
  line.querySelector("span").textContent = words || line.dataset[`${state}Words`].replace("{time}", time);
}

const shelf = (form) => form.dataset.draft;  // one slip and one section: the next pupil never sees it

function keepInTab(form) {
  const answers = [...new FormData(form)].filter(([name, value]) => name !== "csrf_token" && typeof value === "string");
  try { sessionStorage.setItem(shelf(form), JSON.stringify(answers)); } catch { /* memory only */ }
}

function takeFromTab(form) {
  let kept = [];
  try { kept = JSON.parse(sessionStorage.getItem(shelf(form))) ?? []; } catch { /* too */ }
  const left = {};
  for (const [name, value] of kept) (left[name] ??= []).push(value);
  for (const field of kept.length ? form.elements : []) {
    if (["radio", "checkbox"].includes(field.type)) field.checked = Boolean(left[field.name]?.includes(field.value));
    else if (field.matches(".input, [data-seen]")) field.value = left[field.name]?.shift() ?? "";
  }
  return kept.length > 0;
}

function forgetTab(form) {
  try { sessionStorage.removeItem(shelf(form)); } catch { /* too */ }
}

/* The server has the last section. */
function forgetOthers(form) {
  try { Object.keys(sessionStorage).filter((key) => key !== shelf(form)).forEach((key) => sessionStorage.removeItem(key)); } catch { /* too */ }
}

async function sendDraft(form) {
  const body = new FormData(form);
  body.set("turn", "save");
  body.delete("once");  // names one press
  try {
    const answer = await fetch(form.action, { method: "POST", body, keepalive: true, redirect: "manual" });
    if (answer.status >= 500) throw new Error(String(answer.status));
    const { words, fields } = await answer.json().catch(() => ({}));
    for (const name in fields) form.elements[name].value = fields[name];
    if (answer.ok) forgetTab(form);
    return [answer.ok ? "saved" : "failed", words];
  } catch {
    keepInTab(form);
    return ["offline"];
  }
}

for (const form of document.querySelectorAll("form[data-draft]")) {
  const line = document.querySelector("[data-saved]");
  let timer, touches = 0;
  const save = async () => {
    clearTimeout(timer);
    timer = undefined;
    const sent = touches;
    const answer = await sendDraft(form);
    if (sent === touches) tellSaved(line, ...answer);
  };
  const soon = () => {
    touches++;
    if (navigator.onLine) tellSaved(line, "wait");
    clearTimeout(timer);
    timer = setTimeout(save, 900);
  };
  tellSaved(line, "ready");
  forgetOthers(form);
  if (takeFromTab(form)) soon();
  form.addEventListener("input", soon);
  addEventListener("online", save);
  document.addEventListener("visibilitychange", () => { if (document.hidden && timer) save(); });
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    timer = undefined;
    keepInTab(form);  // until the next page has come: the line may break under the send
    if (navigator.onLine) return;
    event.preventDefault();  // the browser's own «no connection» would hide the form
    tellSaved(line, "offline");
  });
}

