/* The score sheet while it is filled in: the sum, what a score still owes in words, the question before the send. What
   counts is what the server reckons: without this file the sheet is sent and answered by the page alone. */
const form = document.querySelector("form[data-sheet]");
const explained = form.dataset.explained.split(" ");
const fewest = Number(form.dataset.fewest);
const boxes = [...form.querySelectorAll("[data-weight]")];

function owed(box, score) {
  const signs = box.querySelector("textarea").value.split(/\s+/).join(" ").trim().length;
  return explained.includes(score) ? Math.max(0, fewest - signs) : 0;
}

function reckon() {
  let sum = 0;
  for (const box of boxes) {
    const score = box.querySelector("input:checked")?.value;
    const left = owed(box, score);
    sum += Number(score ?? 0) * Number(box.dataset.weight);
    box.querySelector("[data-owed]").textContent = left ? form.dataset.owedWords.replace("{count}", left) : "";
    const gap = document.querySelector(`[data-gaps] [href="#${box.id}"]`)?.parentElement;
    if (gap) gap.hidden = score !== undefined && !left;
  }
  for (const gaps of document.querySelectorAll("[data-gaps]")) gaps.hidden = !gaps.querySelector("li:not([hidden])");
  for (const shown of document.querySelectorAll("[data-sum]")) shown.textContent = sum;
  document.querySelector("[data-total]").hidden = false;
}

form.addEventListener("input", reckon);
for (const closer of form.querySelectorAll("[data-closes]")) {
  closer.addEventListener("click", () => closer.closest("dialog").close());
}
reckon();
