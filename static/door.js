/* The door without waiting for pages: camera, sound, and answers in place. Every act is the form it stands in; without
   this file the form is sent as it is. */
const door = document.querySelector("[data-door]");
const one = (selector, root = door) => root.querySelector(selector);
const place = one("[data-verdict]");
const SIGNS = { ok: "check", again: "repeat", ask: "people", wait: "clock" };
/* tones: Hz and seconds; one can tell them apart with the phone in a pocket */
const SOUNDS = { ok: [[880, 0.09], [1320, 0.16]], again: [[520, 0.14], [520, 0.14]], refused: [[190, 0.5]] };
const BUZZES = { ok: [60], again: [60, 80, 60], refused: [400] };
const SAME_AGAIN = 4000; // milliseconds in which a code that stays before the lens is not read anew
const EVERY = 250, EVERY_ON_SERVER = 900;
const SIDE = 240; // points of a frame that is sent: half a byte each
const unanswered = new Map(); // what got no answer keeps its nonce: the server may have heard it

/* Verdict: colour, word, sound and vibration. */
let voice;
function sound(tone) {
  navigator.vibrate?.(BUZZES[tone] ?? []);
  if (!voice || voice.state !== "running") return;
  let at = voice.currentTime;
  for (const [pitch, length] of SOUNDS[tone] ?? []) {
    const note = new OscillatorNode(voice, { type: tone === "refused" ? "square" : "sine", frequency: pitch });
    const loud = new GainNode(voice, { gain: 0.2 });
    note.connect(loud).connect(voice.destination);
    note.start(at);
    note.stop((at += length));
  }
}

function drawIcon(name) {
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  icon.setAttribute("class", "icon");
  icon.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${document.documentElement.dataset.icons}#${name}`);
  icon.append(use);
  return icon;
}

function show({ tone, title, words }) {
  const verdict = document.createElement("p");
  verdict.className = "verdict";
  verdict.dataset.tone = tone;
  const strong = document.createElement("strong");
  strong.textContent = title;
  const span = document.createElement("span");
  span.textContent = words;
  verdict.append(drawIcon(SIGNS[tone] ?? "cross"), strong, span);
  place.replaceChildren(verdict);
  sound(tone);
}

/* Readings: one at a time, each with a name of its own. */
const newName = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

async function send(address, fields) {
  const what = `${address} ${fields}`;
  const nonce = unanswered.get(what) ?? newName();
  unanswered.set(what, nonce);
  const body = new URLSearchParams(fields);
  body.set("nonce", nonce);
  body.set("at", Date.now());
  const waits = setTimeout(() => show({ tone: "wait", title: place.dataset.waitWords, words: "" }), 600);
  try {
    const headers = { Accept: "application/json", Authorization: `Bearer ${door.dataset.bearer}` };
    const answer = await fetch(address, { method: "POST", body, headers, credentials: "omit" });
    if (!answer.headers.get("Content-Type")?.startsWith("application/json")) {
      location.reload(); // the door was closed, or the PIN must be typed again: the page says so
      return null;
    }
    const said = await answer.json();
    unanswered.delete(what);
    show(said);
    return said;
  } catch {
    show({ tone: "refused", title: place.dataset.offlineTitle, words: place.dataset.offlineWords });
    return null;
  } finally {
    clearTimeout(waits);
  }
}

/* Panels: what stands in the list and in the figures is asked for anew after each act. */
let [asked, shown] = [0, 0]; // an answer that was overtaken shows nothing: the later one knows more

async function refresh() {
  const number = (asked += 1);
  try {
    const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (number < shown) return;
    shown = number;
    for (const part of ["[data-tally]", '[data-panel="list"]', '[data-panel="class"]']) {
      const [old, made] = [one(part), fresh.querySelector(part)];
      if (old && made && !old.contains(document.activeElement)) old.replaceChildren(...made.childNodes);
    }
  } catch { /* no line: the old list is better than none */ }
}

function open(tab, booking) {
  for (const panel of door.querySelectorAll("[data-panel]")) panel.hidden = panel.dataset.panel !== tab;
  for (const link of door.querySelectorAll("[data-tab]")) {
    if (link.dataset.tab === tab) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  history.replaceState(null, "", `?tab=${tab}`);
  if (tab === "camera") resume();
  else pause();
  const box = booking && document.getElementById(`class-${booking}`);
  if (box) {
    box.open = true;
    box.querySelector("input:not([type=hidden])")?.focus();
  }
}

async function after(said) {
  if (!said) return;
  await refresh();
  if (said.verdict === "group") open("class", said.booking);
}

door.addEventListener("click", (event) => {
  const link = event.target.closest("[data-tab], [data-class]");
  if (!link) return;
  event.preventDefault();
  open(link.dataset.tab ?? "class", link.dataset.class);
});

door.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-act]");
  if (!form) return;
  event.preventDefault();
  wake();
  const fields = new URLSearchParams(new FormData(form));
  for (const own of ["nonce", "csrf_token"]) fields.delete(own);
  document.activeElement?.blur();
  const said = await send(form.action, fields);
  if (said && form.closest('[data-panel="code"]')) form.reset();
  await after(said);
  place.scrollIntoView({ block: "start" });
});

/* Camera: the browser's own reader, or the frame is read by the server. */
const video = one("[data-video]");
const start = one("[data-start]");
const told = one("[data-camera-said]");
let stream, reader, timer, last = { text: "", at: 0 };

function wake() {
  voice ??= new (window.AudioContext ?? window.webkitAudioContext)();
  voice.resume?.();
}

async function ownReader() {
  if (!("BarcodeDetector" in window)) return null;
  const known = await BarcodeDetector.getSupportedFormats();
  return known.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
}

function packed() {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  const side = Math.min(video.videoWidth, video.videoHeight);
  const pen = canvas.getContext("2d");
  pen.drawImage(video, (video.videoWidth - side) / 2, (video.videoHeight - side) / 2, side, side, 0, 0, SIDE, SIDE);
  const points = pen.getImageData(0, 0, SIDE, SIDE).data;
  const grey = (at) => (points[at] * 77 + points[at + 1] * 150 + points[at + 2] * 29) >> 8;
  return Uint8Array.from({ length: (SIDE * SIDE) / 2 }, (_, n) => (grey(n * 8) & 0xf0) | (grey(n * 8 + 4) >> 4));
}

async function readFrame() {
  if (reader) return (await reader.detect(video))[0]?.rawValue ?? "";
  const answer = await fetch(`${door.dataset.frame}?width=${SIDE}`, {
    method: "POST",
    body: packed(),
    headers: { "Content-Type": "application/octet-stream", "X-CSRFToken": door.dataset.token },
  });
  return answer.ok ? (await answer.json()).text : "";
}

async function look() {
  try {
    const text = video.readyState >= 2 && !document.hidden ? await readFrame() : "";
    const now = Date.now();
    if (text && (text !== last.text || now - last.at > SAME_AGAIN)) {
      last = { text, at: now };
      await after(await send(door.dataset.read, new URLSearchParams({ code: text })));
    }
    if (text) last.at = Date.now();
  } catch { /* a frame that could not be read: the next one will be */ }
  if (stream) timer = setTimeout(look, reader ? EVERY : EVERY_ON_SERVER);
}

async function resume() {
  if (stream || start.dataset.allowed === undefined) return;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
  } catch (error) {
    told.textContent = error.name === "NotFoundError" ? told.dataset.none : told.dataset.refused;
    start.hidden = false;
    return;
  }
  reader = await ownReader().catch(() => null);
  video.srcObject = stream;
  video.hidden = false;
  one("[data-lens]").classList.add("lens--on");
  start.hidden = true;
  told.textContent = told.dataset.ready;
  await video.play();
  look();
}

function pause() {
  clearTimeout(timer);
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = undefined;
}

start.addEventListener("click", () => {
  wake();
  start.dataset.allowed = "";
  resume();
});

async function prepare() {
  if (!navigator.mediaDevices) {
    told.textContent = told.dataset.insecure;
    return;
  }
  start.hidden = false;
  told.textContent = "";
  const allowed = await navigator.permissions?.query({ name: "camera" }).catch(() => null);
  if (allowed?.state !== "granted") return;
  start.dataset.allowed = "";
  if (!one('[data-panel="camera"]').hidden) resume();
}

addEventListener("pointerdown", wake, { once: true });
prepare();
