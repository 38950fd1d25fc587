/* «Скопировать для чата». Without this file the text can be marked and copied by hand. */
async function copy(box, said) {
  try {
    await navigator.clipboard.writeText(box.value);
    return said.dataset.done;
  } catch {  // plain http has no clipboard of its own
    box.focus();
    box.select();
    return document.execCommand("copy") ? said.dataset.done : said.dataset.failed;
  }
}

for (const place of document.querySelectorAll("[data-copy]")) {
  const [box, button, said] = ["textarea", "[data-copy-button]", "[data-copy-said]"].map((one) => place.querySelector(one));
  button.hidden = false;
  button.addEventListener("click", async () => { said.textContent = await copy(box, said); });
}
