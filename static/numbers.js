/* Numbers of a class list as toggles: «весь класс» marks them all, and a line says how many are marked. */
for (const group of document.querySelectorAll("[data-numbers]")) {
  const boxes = [...group.querySelectorAll("input[name]")];
  const every = group.querySelector("[data-every]");
  const said = group.querySelector("[data-said]");

  const tell = () => {
    const count = boxes.filter((box) => box.checked).length;
    every.checked = count === boxes.length;
    every.indeterminate = count > 0 && count < boxes.length;
    said.textContent = said.dataset.said.replace("{count}", count);
  };

  group.addEventListener("change", ({ target }) => {
    if (target === every) boxes.forEach((box) => { box.checked = every.checked; });
    tell();
  });
  group.querySelector("[data-numbers-tools]").hidden = false;
  tell();
}
