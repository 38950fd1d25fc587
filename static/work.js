/* Keeps the progress of a background job moving while the page stays open; the job itself needs no page. */
const PAUSE = 1500;
const LONGEST_PAUSE = 15000;

function show(box, state) {
  box.querySelector("[data-job-words]").textContent = state.words;
  const count = box.querySelector("[data-job-count]");
  if (state.total) count.textContent = count.dataset.words.replace("{done}", state.done).replace("{total}", state.total);
  box.querySelector("[role=progressbar]").setAttribute("aria-valuenow", Math.round(state.share * 100));
  box.querySelector(".bar-fill")?.setAttribute("width", `${(state.share * 100).toFixed(2)}%`);
}

async function watch(box) {
  let pause = PAUSE;
  for (;;) {
    await new Promise((done) => setTimeout(done, pause));
    if (document.hidden) continue;
    try {
      const answer = await fetch(box.dataset.job, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;  // signed out or gone: the link on the page tells more
      const state = await answer.json();
      show(box, state);
      pause = PAUSE;
      if (state.over) {
        if (box.dataset.reload !== undefined) location.reload();
        return;
      }
    } catch {
      pause = Math.min(pause * 2, LONGEST_PAUSE);  // no line for a while: the job goes on without us
    }
  }
}

for (const box of document.querySelectorAll("[data-job]")) watch(box);
