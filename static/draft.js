/* Draft of a form marked data-draft. The page's answers go to the server a moment after the last touch, marked turn=save.
   Without a line they stay in this tab and are put back if the page is loaded again; once the server has them, the tab
   forgets them. The saved line says where they are, in words from its data- attributes. A server that answers in JSON
   may say more: `words` for the line, and new values of hidden `fields` (what the page has seen of each answer). */
const signs = { ready: "save", saved: "check", wait: "repeat", offline: "offline", failed: "alert" };

function tellSaved(line, state, words) {
  line.dataset.state = state;
  line.querySelector("use").setAttribute("href", `${document.documentElement.dataset.icons}#${signs[state]}`);
  const time = new Date().toLocaleTimeString("ru", { hour: "2-digit", minute: "2-digit" });
  line.querySelector("span").textContent = words || line.dataset[`${state}Words`].replace("{time}", time);
}

const shelf = (form) => form.dataset.draft;  // names one slip and one section, so that the next pupil never sees it

function keepInTab(form) {
  const answers = [...new FormData(form)].filter(([name, value]) => name !== "csrf_token" && typeof value === "string");
  try { sessionStorage.setItem(shelf(form), JSON.stringify(answers)); } catch { /* switched off: memory only */ }
}

function takeFromTab(form) {
  let kept = [];
  try { kept = JSON.parse(sessionStorage.getItem(shelf(form))) ?? []; } catch { /* the same */ }
  const left = {};
  for (const [name, value] of kept) (left[name] ??= []).push(value);
  for (const field of kept.length ? form.elements : []) {
    if (["radio", "checkbox"].includes(field.type)) field.checked = Boolean(left[field.name]?.includes(field.value));
    else if (field.matches(".input, [data-seen]")) field.value = left[field.name]?.shift() ?? "";  // a lookup has boxes of one name
  }
  return kept.length > 0;
}

function forgetTab(form) {
  try { sessionStorage.removeItem(shelf(form)); } catch { /* nothing was kept */ }
}

/* Another section has come, so the server has the last one. */
function forgetOthers(form) {
  try { Object.keys(sessionStorage).filter((key) => key !== shelf(form)).forEach((key) => sessionStorage.removeItem(key)); } catch { /* the same */ }
}

async function sendDraft(form) {
  const body = new FormData(form);
  body.set("turn", "save");
  body.delete("once");  // it names one press of a button, and a draft goes out again and again
  try {
    const answer = await fetch(form.action, { method: "POST", body, keepalive: true, redirect: "manual" });
    if (answer.status >= 500) throw new Error(String(answer.status));
    const isTold = answer.headers.get("Content-Type")?.startsWith("application/json");
    const { words, fields = {} } = isTold ? await answer.json() : {};
    for (const [name, value] of Object.entries(fields)) form.elements[name].value = value;
    if (answer.ok) forgetTab(form);
    return [answer.ok ? "saved" : "failed", words];
  } catch {
    keepInTab(form);
    return ["offline"];
  }
}

for (const form of document.querySelectorAll("form[data-draft]")) {
  const line = document.querySelector("[data-saved]");
  let timer;
  const save = async () => {
    clearTimeout(timer);
    timer = undefined;
    tellSaved(line, ...await sendDraft(form));
  };
  const soon = () => {
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
    keepInTab(form);  // until the next page has come: the line may break under the send itself
    if (navigator.onLine) return;
    event.preventDefault();  // the browser's own «no connection» page would hide the form
    tellSaved(line, "offline");
  });
}

