/* What a page is asked by orientir_testkit.keyboard. Each function returns faults as «kind: what».
   Stops are what Tab should reach; a walk is the real thing: Python presses Tab, this file listens. */
(() => {
const CONTROLS = "a[href], area[href], button, input:not([type=hidden]), select, textarea, summary, iframe, [contenteditable=true], [tabindex]";
const ACTING = "a, button, input:not([type=hidden]), select, textarea, summary, [onclick], [role=button], [role=link], [role=tab], [role=checkbox], [role=switch], [role=menuitem]";
const tell = (one) => one.outerHTML.replace(/\s+/g, " ").slice(0, 110);
const isShown = (one) => one.checkVisibility({ visibilityProperty: true }) && one.getClientRects().length > 0;
const all = (selector, root = document) => [...root.querySelectorAll(selector)].filter(isShown);

/* Of a group of radio buttons Tab reaches one: the marked, else the first. */
function isReached(radio) {
  const group = all(`input[type=radio][name="${CSS.escape(radio.name)}"]`).filter((one) => one.form === radio.form && !one.disabled);
  return radio === (group.find((one) => one.checked) ?? group[0]);
}

function stops() {
  return all(CONTROLS).filter((one) => one.tabIndex >= 0 && !one.disabled && (one.type !== "radio" || isReached(one)));
}

/* Order */

const lies = (one) => one.getClientRects()[0];

function isBackwards(before, after) {
  const [x, y] = [lies(before), lies(after)];
  const sameColumn = Math.min(x.right, y.right) - Math.max(x.left, y.left) > 4;
  const sameLine = Math.min(x.bottom, y.bottom) - Math.max(x.top, y.top) > Math.min(x.height, y.height) / 2;
  return (sameColumn && y.bottom <= x.top + 1) || (sameLine && y.right <= x.left + 1);
}

function order() {
  const found = stops();
  const [first] = found;
  const faults = found.filter((one) => one.tabIndex > 0).map((one) => `order: tabindex ${one.tabIndex} ${tell(one)}`);
  const leads = first?.matches("a[href^='#']") && document.querySelector(first.getAttribute("href"));
  if (!leads && !first?.closest("main")) faults.push("skip: the first stop neither is content nor leads to it");
  for (let place = 2; place < found.length; place += 1) {  // the first is the skip link, which stands above all
    if (isBackwards(found[place - 1], found[place])) faults.push(`order: ${tell(found[place])} stands before ${tell(found[place - 1])}`);
  }
  for (const one of all(ACTING)) {
    if (one.disabled || one.tabIndex >= 0) continue;
    faults.push(`unreached: ${tell(one)}`);
  }
  return faults;
}

/* The walk */

const look = (one) => {
  const style = getComputedStyle(one);
  return [style.top, style.boxShadow, style.borderTopColor, style.borderBottomWidth, style.borderBottomColor, style.backgroundColor, style.color].join();
};
const around = (one) => [one, one.closest("label") ?? one];
const opaque = (colour) => !/^rgba.*, 0\)$/.test(colour);

function luminance(colour) {
  const [r, g, b] = colour.match(/[\d.]+/g).map((part) => { const c = part / 255; return c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4; });
  return .2126 * r + .7152 * g + .0722 * b;
}

function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((x, y) => x - y);
  return (light + .05) / (dark + .05);
}

/* A ring with a gap is seen against what is behind the box, one drawn inwards against the box itself. */
function groundOf(one, inwards) {
  for (let box = inwards ? one : one.parentElement; box; box = box.parentElement) {
    const colour = getComputedStyle(box).backgroundColor;
    if (opaque(colour)) return colour;
  }
  return "rgb(255, 255, 255)";
}

function hasRing(one) {
  const style = getComputedStyle(one);
  if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2 || !opaque(style.outlineColor)) return false;
  return contrast(style.outlineColor, groundOf(one, parseFloat(style.outlineOffset) < 0)) >= 3;
}

/* Something of it must lie on top within the window (WCAG 2.4.11). */
function isCovered(one) {
  const between = (from, to, part) => from + (to - from) * part;
  const spots = around(one).flatMap((box) => [...box.getClientRects()]).flatMap((rect) => [.1, .5, .9].map((part) => [
    between(Math.max(rect.left, 0), Math.min(rect.right, innerWidth), part),
    between(Math.max(rect.top, 0), Math.min(rect.bottom, innerHeight), part),
  ]));
  return !spots.some(([x, y]) => {
    const top = document.elementFromPoint(x, y);
    return top && (one.contains(top) || top.contains(one) && (top === one.closest("label") || top.matches("label, .choice")));
  });
}

let walk;

/* The frame is the same on every page: a walk through the content alone begins and ends one stop beside it. */
function begin(whole) {
  const every = stops();
  const inside = every.map((one) => Boolean(one.closest("main")));
  const [first, last] = [inside.indexOf(true), inside.lastIndexOf(true)];
  const expected = whole || first < 0 ? every : every.slice(Math.max(first - 1, 0), last + 2);
  const [start, end] = [document.createElement("span"), document.createElement("button")];
  start.tabIndex = -1;
  if (expected[0] === every[0]) document.body.prepend(start);
  else expected[0].before(start);
  if (expected.at(-1) === every.at(-1)) document.body.append(end);
  else expected.at(-1).after(end);
  walk = { expected, seen: [], faults: [], start, end, looks: new Map(expected.map((one) => [one, around(one).map(look).join()])), done: false };
  start.focus({ preventScroll: true });
  document.addEventListener("focusin", note, true);
  document.addEventListener("keydown", judge, true);
  return expected.length;
}

function note({ target }) {
  if (target === walk.end) walk.done = true;
  else if (!walk.done && target !== walk.start && walk.seen.at(-1) !== target) walk.seen.push(target);
}

/* At the next press everything about the last has settled: the page has scrolled, the styles are there. */
function judge(event) {
  const one = document.activeElement;
  if (event.key !== "Tab" || walk.done || !walk.looks.has(one) || walk.judged === one) return;
  walk.judged = one;
  const plain = walk.looks.get(one);
  if (!around(one).some(hasRing) && around(one).map(look).join() === plain) walk.faults.push(`focus: nothing shows it on ${tell(one)}`);
  if (isCovered(one)) walk.faults.push(`covered: ${tell(one)}`);
}

function end() {
  const { expected, seen, faults, done } = walk;
  document.removeEventListener("focusin", note, true);
  document.removeEventListener("keydown", judge, true);
  walk.start.remove();
  walk.end.remove();
  if (!done) faults.push(`trap: after ${seen.length} stops of ${expected.length} Tab stays at ${tell(document.activeElement)}`);
  else for (const one of expected) if (!seen.includes(one)) faults.push(`unreached: ${tell(one)}`);
  const met = seen.filter((one) => expected.includes(one));
  const wrong = met.findIndex((one, place) => place && expected.indexOf(one) < expected.indexOf(met[place - 1]));
  if (wrong > 0) faults.push(`order: Tab goes back to ${tell(met[wrong])}`);
  document.activeElement?.blur();
  scrollTo(0, 0);
  return faults;
}

/* Room */

const isHidden = (box) => box.matches(".vh") || getComputedStyle(box).clipPath === "inset(50%)";

function words() {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) if (walker.currentNode.data.trim() && isShown(walker.currentNode.parentElement)) found.push(walker.currentNode);
  return found;
}

/* Text that sticks out of a box that hides what sticks out; in a box that scrolls it is only out of sight for now. */
function isCut(node) {
  const range = document.createRange();
  range.selectNodeContents(node);
  const rects = [...range.getClientRects()].filter((rect) => rect.width > 1);
  for (let box = node.parentElement; box && box !== document.documentElement; box = box.parentElement) {
    if (isHidden(box)) return false;
    const { overflowX, overflowY, fontSize, position } = getComputedStyle(box);
    if (fontSize === "0px" || box.matches(".skip, textarea, svg")) return false;
    const frame = box.getBoundingClientRect();
    if (/hidden|clip/.test(overflowX) && rects.some((rect) => rect.right > frame.right + 2 || rect.left < frame.left - 2)) return true;
    if (/hidden|clip/.test(overflowY) && rects.some((rect) => rect.bottom > frame.bottom + 4 || rect.top < frame.top - 4)) return true;
    if (/auto|scroll/.test(overflowX + overflowY)) return false;
    if (position === "fixed") break;
  }
  const width = document.documentElement.clientWidth;
  return rects.some((rect) => rect.right > width + 1 || rect.left < -1);
}

function room() {
  const page = document.documentElement;
  const faults = words().filter(isCut).map((node) => `cut: «${node.data.trim().slice(0, 60)}» in ${tell(node.parentElement)}`);
  if (page.scrollWidth > page.clientWidth) {
    const wide = all("body *").filter((one) => one.getBoundingClientRect().right > page.clientWidth + 1 && !one.closest(".region"));
    faults.push(`sideways: ${page.scrollWidth} points wide for ${page.clientWidth}, ${wide.slice(-1).map(tell)}`);
  }
  return faults;
}

/* Targets */

const LEAST_FIELD = 43.9;  // 44 but for the rounding of the browser
const LEAST_LINK = 24;

function boxOf(one) {
  const label = one.matches("[type=radio], [type=checkbox]") && (one.closest("label") ?? one.labels?.[0]);
  return (label || one).getBoundingClientRect();
}

/* Links within a sentence are exempt, and what stands alone with 24 points of its own around it (WCAG 2.5.8). */
function isInline(link) {
  if (!getComputedStyle(link).display.startsWith("inline") || link.matches(".button")) return false;
  return [...link.parentElement.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && /[\p{L}\d]/u.test(node.data));
}

function hasRoom(link, others) {
  const mine = boxOf(link);
  const [x, y] = [(mine.left + mine.right) / 2, (mine.top + mine.bottom) / 2];
  return others.every((other) => {
    const box = boxOf(other);
    const away = Math.hypot(Math.max(box.left - x, 0, x - box.right), Math.max(box.top - y, 0, y - box.bottom));
    return other === link || other.contains(link) || away >= LEAST_LINK / 2;
  });
}

function targets() {
  const acting = all(ACTING).filter((one) => !one.disabled && !one.matches(".skip"));
  const small = acting.filter((one) => {
    const { width, height } = boxOf(one);
    if (!one.matches("a") || one.matches(".button")) return height < LEAST_FIELD || width < LEAST_LINK;
    return (height < LEAST_LINK || width < LEAST_LINK) && !isInline(one) && !hasRoom(one, acting);
  });
  return small.map((one) => `small: ${Math.round(boxOf(one).width)} × ${Math.round(boxOf(one).height)} ${tell(one)}`);
}

/* What opens */

const folds = () => all("summary");
const openers = () => all("[data-opens], [popovertarget]");
const kinds = { fold: folds, opener: openers };

/* Open the thing as a key would and stand inside it; return false where it was open from the start. */
function open(kind, place) {
  const one = kinds[kind]()[place];
  if (one.parentElement.open) return false;
  one.focus();
  one.click();
  const inside = one.matches("summary") ? one.parentElement : document.getElementById(one.dataset.opens ?? one.getAttribute("popovertarget"));
  stops().find((stop) => stop !== one && inside.contains(stop))?.focus();
  walk = { one, inside };
  return true;
}

function closed() {
  const { one, inside } = walk;
  const faults = [];
  if (inside.open || inside.matches(":popover-open")) faults.push(`escape: it stays open ${tell(inside)}`);
  else if (document.activeElement !== one) faults.push(`escape: focus does not come back to ${tell(one)}`);
  if (inside.open) one.matches("summary") ? one.click() : inside.close();
  return faults;
}

window.keyboard = { begin, end, order, room, targets, open, closed, count: (kind) => kinds[kind]().length };
})();
