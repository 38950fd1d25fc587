/* How long a text is, beside each box that has a limit. The words stand in the form's data-signs. */
for (const form of document.querySelectorAll("form[data-signs]")) {
  for (const box of form.querySelectorAll("textarea[maxlength]")) {
    const line = document.createElement("p");
    line.className = "hint";
    const count = () => {
      const words = { count: box.value.length, most: box.maxLength.toLocaleString("ru") };
      line.textContent = form.dataset.signs.replace(/\{(\w+)\}/g, (whole, name) => words[name] ?? whole);
      line.hidden = !box.value;
    };
    box.after(line);
    box.addEventListener("input", count);
    count();
  }
}
