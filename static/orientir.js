/* Small helps. Every page works without this file.
   Each help looks for its own data- attribute and does nothing where there is none; what it says stands in the page, so
   that it is translated with the page. */
const page = document.documentElement;
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const say = (text, values = {}) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

function drawIcon(name) {
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  icon.classList.add("icon");
  icon.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${page.dataset.icons}#${name}`);
  icon.append(use);
  return icon;
}

/* View: the page «Вид страницы» opens in a dialog and acts at once. The server keeps the choice in a cookie. */
function applyView(form) {
  for (const [name, value] of new FormData(form)) {
    if (!["contrast", "size", "spacing", "theme"].includes(name)) continue;
    if (value) page.dataset[name] = value;
    else delete page.dataset[name];
  }
  fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" }).catch(() => {});
}

async function buildView(link) {
  const answer = await fetch(link.href);
  const source = new DOMParser().parseFromString(await answer.text(), "text/html");
  const form = source.querySelector("[data-view-form]");
  const dialog = document.createElement("dialog");
  const title = document.createElement("h2");
  title.textContent = source.querySelector("h1").textContent;
  title.id = "view-title";
  dialog.setAttribute("aria-labelledby", title.id);
  dialog.append(title, form);
  form.querySelector("button").textContent = form.dataset.done;
  form.addEventListener("change", () => applyView(form));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    dialog.close();
  });
  document.body.append(dialog);
  return dialog;
}

for (const link of all("[data-view]")) {
  let dialog;
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    try {
      dialog ??= await buildView(link);
      dialog.showModal();
    } catch {
      location.assign(link.href);  // no line or no <dialog>: the page does the same
    }
  });
}

/* Code: groups of four while typing at the end; a correction in the middle is left alone. The server takes any form. */
for (const input of all("[data-code]")) {
  input.addEventListener("input", () => {
    if (input.selectionStart !== input.value.length) return;
    input.value = input.value.replace(/\D/g, "").slice(0, 12).match(/.{1,4}/g)?.join("-") ?? "";
  });
}

/* «Не больше трёх»: the fourth mark is refused in words, nothing is switched off under the finger. */
function tellMarks(group, most, over) {
  const boxes = all("[type=checkbox]:not([data-alone])", group);
  const count = boxes.filter((box) => box.checked).length;
  const said = group.querySelector("[data-max-said]");
  said.textContent = say(over ? said.dataset.over : said.dataset.said, { count, most });
  for (const box of boxes) box.closest(".choice")?.toggleAttribute("data-full", count === most && !box.checked);
}

for (const group of all("[data-max]")) {
  const most = Number(group.dataset.max);
  if (group.querySelector(":checked")) tellMarks(group, most, false);
  group.addEventListener("change", ({ target }) => {
    if (target.type !== "checkbox" || target.dataset.alone !== undefined) return;
    const over = all(":checked[type=checkbox]:not([data-alone])", group).length > most;
    if (over) target.checked = false;
    tellMarks(group, most, over);
  });
}

/* «Не хочу отвечать» stands alone: it takes the other marks off, and they take it off. */
document.addEventListener("change", ({ target }) => {
  if (target.type !== "checkbox" || !target.checked) return;
  for (const box of all(`[type=checkbox][name="${CSS.escape(target.name)}"]:checked`, target.form ?? document)) {
    if (box === target || (target.dataset.alone === undefined && box.dataset.alone === undefined)) continue;
    box.checked = false;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }
});

/* Send once: a second tap on a slow line is swallowed for a while. The server takes it as a repeat. */
const underWay = new WeakSet();
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (underWay.has(form)) event.preventDefault();
  underWay.add(form);
  setTimeout(() => underWay.delete(form), 5000);
});
addEventListener("pageshow", (event) => { if (event.persisted) all("form").forEach((form) => underWay.delete(form)); });

/* Filters stand open on a desk and closed on a phone. */
const narrow = matchMedia("(max-width: 59.99rem)");
if (narrow.matches) for (const box of all("details[data-fold]")) box.open = false;

/* Sort: the heads of a table marked data-sort become buttons. Numbers by data-n, words by the Russian alphabet. */
function sortKey(row, column) {
  const cell = row.cells[column];
  return cell.dataset.n ?? cell.textContent.trim();
}

function compareKeys(x, y) {
  return x === "" || y === "" ? 0 : isNaN(x) || isNaN(y) ? x.localeCompare(y, "ru") : x - y;
}

function sortTable(head) {
  const body = head.closest("table").tBodies[0];
  const first = head.classList.contains("num") || head.classList.contains("heat") ? "descending" : "ascending";
  const other = first === "ascending" ? "descending" : "ascending";
  const way = head.getAttribute("aria-sort") === first ? other : first;
  for (const cell of head.parentElement.cells) cell.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", way);
  const sign = way === "ascending" ? 1 : -1;
  const rows = all("tr:not(.total)", body).map((row) => [sortKey(row, head.cellIndex), row]);
  rows.sort(([x], [y]) => (x === "") - (y === "") || sign * compareKeys(x, y));  // what has no value stays last
  body.append(...rows.map(([, row]) => row));
}

for (const head of all("th[data-sort]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "sort";
  button.append(...head.childNodes, drawIcon("down"));
  button.addEventListener("click", () => sortTable(head));
  head.append(button);
}

/* A table wider than its place says that it slides. */
for (const region of all(".region")) {
  new ResizeObserver(() => region.toggleAttribute("data-wide", region.scrollWidth > region.clientWidth + 1)).observe(region);
}

/* What is wrong is read out first. */
document.querySelector("[data-summary]")?.focus();

/* Buttons that only a script can serve come into sight with it. */
for (const button of all("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

/* A dialog stands in for the page of confirmation its opener leads to. */
for (const opener of all("[data-opens]")) {
  opener.addEventListener("click", (event) => {
    event.preventDefault();
    document.getElementById(opener.dataset.opens).showModal();
  });
}

/* Escape closes the fold one stands in, as it does a dialog, and the focus comes back. */
document.addEventListener("keydown", (event) => {
  const fold = event.key === "Escape" && !event.isComposing && event.target.closest("details[open]");
  if (!fold || (fold.dataset.fold !== undefined && !narrow.matches)) return;
  fold.open = false;
  fold.querySelector("summary").focus();
});

/* A shared computer: a page that is no survey forgets what a survey kept in this tab. */
if (!document.querySelector("[data-draft]")) try { sessionStorage.clear(); } catch { /* switched off: nothing is kept */ }
