/* «Ещё» of the menu closes as soon as one turns to something else. */
for (const turn of ["pointerdown", "focusin"]) {
  document.addEventListener(turn, ({ target }) => {
    for (const fold of document.querySelectorAll(".mast-more[open]")) fold.open = fold.contains(target);
  });
}
