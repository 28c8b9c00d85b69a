// @ts-check
/** The page around the picture: name, numbers, controls. */
import { fetchCameras } from "./cameras.js";
import { ControlPanel } from "./control-panel.js";
import { LiveCamera } from "./live-camera.js";
import { isFlowing } from "./live-state.js";
import { Pulse } from "./pulse.js";
import { RestingChrome } from "./resting-chrome.js";
import { durationText, exposureText, fileNameFor, rateText } from "./text.js";

/** Often enough to trust, seldom enough to read. */
const NUMBERS_MS = 500;
const TOAST_MS = 3_000;
const PROBLEM_LOG_MS = 5_000;
const CAMERAS_URL = "api/v1/cameras";
/** While the server is lost: whether it is there again and only wants its token. */
const LOST_LOOK_MS = 5_000;
const TOKEN_WANTED =
  "This server wants its token. Open this page anew by its whole address, with ?token=… at the end; " +
  "freshframe --print-url prints it.";

const STATE_WORDS = {
  connecting: "Connecting",
  settling: "Settling",
  live: "Live",
  stalled: "Stalled",
  lost: "Lost",
  paused: "Paused",
};

/** @template {Element} T @param {string} selector @param {new () => T} type @returns {T} */
function find(selector, type) {
  const element = document.querySelector(selector);
  if (!(element instanceof type)) throw new Error(`the page has no ${selector}`);
  return element;
}

const stateWord = find(".state", HTMLElement);
const nameText = find(".name", HTMLElement);
const chooser = find(".chooser", HTMLElement);
const select = find(".chooser select", HTMLSelectElement);
const pauseButton = find("#pause", HTMLButtonElement);
const saveButton = find("#save", HTMLButtonElement);
const fullscreenButton = find("#fullscreen", HTMLButtonElement);
const toast = find(".toast", HTMLElement);
const help = find(".help", HTMLDialogElement);
const dock = find(".dock", HTMLElement);
const adjustButton = find("#adjust", HTMLButtonElement);

const liveCamera = new LiveCamera();
const panel = new ControlPanel(find(".adjust", HTMLDialogElement), say);
const pulse = new Pulse(find(".ring", HTMLElement));

/** The camera the page's address asks for; empty means the server's first. */
let wantedCamera = new URLSearchParams(location.search).get("camera") ?? "";
let toastTimer = 0;
let problemLoggedAtMs = -Infinity;

function showState() {
  const word = STATE_WORDS[liveCamera.state];
  document.body.dataset.state = liveCamera.state;
  document.body.toggleAttribute("data-paused", liveCamera.paused);
  stateWord.textContent = word;
  const label = liveCamera.paused ? "Resume" : "Pause";
  pauseButton.setAttribute("aria-label", label);
  pauseButton.title = `${label} (Space)`;
  showName();
  showNumbers();
  controls.wake();
}

function showName() {
  const name = liveCamera.frame?.camera || wantedCamera;
  if (nameText.textContent !== name) nameText.textContent = name;
  const title = name ? `${name} · ${STATE_WORDS[liveCamera.state]}` : "Freshframe";
  if (document.title !== title) document.title = title;
}

/** @param {string} id @param {string} text @param {string | number} value for machines */
function showNumber(id, text, value) {
  const element = find(`[data-testid="${id}"]`, HTMLElement);
  element.dataset.value = String(value);
  if (element.textContent !== text) element.textContent = text;
}

/** @param {string} id @param {...string} sentences */
function showNote(id, ...sentences) {
  const element = find(`[data-testid="${id}"]`, HTMLElement);
  const note = sentences.filter(Boolean).join("\n");
  if (element.title !== note) element.title = note;
}

function showNotes() {
  const { frame, numbers, ageErrorMs } = liveCamera;
  showNote("size-note", "Width and height of the picture, in pixels", frame ? exposureText(frame) : "");
  showNote(
    "age-note",
    "From the sensor’s exposure to the paint on this screen",
    ageErrorMs === null
      ? "If this machine’s clock and the server’s agree"
      : `± ${durationText(Math.ceil(ageErrorMs))}`,
  );
  showNote(
    "dropped-note",
    `${numbers.notSent} not sent to this page, ${numbers.notPainted} not painted by it`,
  );
}

function showNumbers() {
  showNotes();
  const { frame, numbers } = liveCamera;
  saveButton.disabled = !frame;
  if (!frame) {
    for (const id of ["size", "fps", "age", "dropped"]) showNumber(id, "–", "");
    return;
  }
  showNumber("size", `${frame.width} × ${frame.height}`, `${frame.width}x${frame.height}`);
  showNumber("dropped", numbers.dropped.toLocaleString("en"), numbers.dropped);
  if (!isFlowing(liveCamera.state)) {
    showNumber("fps", "–", "");
    showNumber("age", "–", "");
    return;
  }
  if (numbers.fps > 0) showNumber("fps", `${rateText(numbers.fps)} fps`, numbers.fps.toFixed(2));
  if (numbers.clockDiffers) {
    showNumber("age", "clock differs", "clock-differs");
  } else if (numbers.ageMs !== null) {
    showNumber("age", durationText(numbers.ageMs), Math.round(numbers.ageMs));
  }
}

/** @param {string} camera */
function watch(camera) {
  wantedCamera = camera;
  liveCamera.hint = "";
  if (camera) liveCamera.setAttribute("camera", camera);
  showState();
}

async function refreshCameras() {
  const cameras = await fetchCameras(CAMERAS_URL);
  if (!cameras) return;
  if (cameras === "token-wanted") {
    liveCamera.hint = TOKEN_WANTED;
    return;
  }
  const missing = wantedCamera !== "" && !cameras.some(({ name }) => name === wantedCamera);
  // The server refuses an unknown name before the upgrade, which a page cannot see.
  liveCamera.hint = missing ? `There is no camera called “${wantedCamera}” on this server.` : "";
  const current = wantedCamera || liveCamera.frame?.camera || cameras.at(0)?.name || "";
  const choices = cameras.map(({ name, state }) => ({
    name,
    label: ["stalled", "lost"].includes(state) ? `${name} (${state})` : name,
  }));
  if (missing) choices.unshift({ name: wantedCamera, label: `${wantedCamera} (not there)` });
  chooser.hidden = choices.length < 2;
  nameText.hidden = !chooser.hidden;
  const options = choices.map(({ name, label }) => new Option(label, name));
  const same =
    options.length === select.length &&
    options.every((option, i) => option.isEqualNode(select.options[i]));
  // An open list must not be rebuilt under the person's hand.
  if (!same) select.replaceChildren(...options);
  select.value = current;
}

function togglePause() {
  if (liveCamera.paused) liveCamera.resume();
  else liveCamera.pause();
}

function save() {
  const { frame } = liveCamera;
  if (!frame) return;
  const bytes = Uint8Array.from(atob(frame.data), (letter) => letter.charCodeAt(0));
  const url = URL.createObjectURL(new Blob([bytes], { type: frame.mime }));
  const link = document.createElement("a");
  link.href = url;
  link.download = fileNameFor(frame);
  link.click();
  URL.revokeObjectURL(url);
  say(`Saved ${link.download}`);
}

function toggleFullscreen() {
  const change = document.fullscreenElement
    ? document.exitFullscreen()
    : document.documentElement.requestFullscreen();
  change.catch(() => say("This browser does not allow full screen here."));
}

function toggleHelp() {
  if (help.open) help.close();
  else help.showModal();
}

/** The camera that is looked at, before its first picture too; empty while that is not known. */
function watchedCamera() {
  return wantedCamera || liveCamera.frame?.camera || select.value;
}

async function toggleAdjust() {
  if (panel.camera) return closeAdjust();
  const camera = watchedCamera();
  if (camera) await adjust(camera);
}

/** @param {string} camera */
async function adjust(camera) {
  if (await panel.show(camera)) liveCamera.followControls(camera);
}

/** The panel is for the camera that is looked at: a server that comes back may have another first one. */
function keepPanelTrue() {
  const camera = watchedCamera();
  if (panel.camera && camera && panel.camera !== camera) void adjust(camera);
}

function closeAdjust() {
  panel.close();
  adjustButton.focus();
}

/** @param {string} sentence */
function say(sentence) {
  toast.textContent = sentence;
  toast.toggleAttribute("data-shown", true);
  clearTimeout(toastTimer);
  toastTimer = Number(setTimeout(() => toast.removeAttribute("data-shown"), TOAST_MS));
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.key === "?") return toggleHelp();
  if (help.open) return;
  if (event.key === "Escape" && panel.camera) return closeAdjust();
  // There, letters and the space bar are for what is typed and chosen.
  if (event.target instanceof Element && event.target.closest(".adjust")) return;
  // A focused control keeps its own keys.
  const onControl = event.target instanceof Element && event.target.closest("button, select, a");
  if (event.key === " " && !onControl) {
    event.preventDefault();
    togglePause();
  } else if (event.key.toLowerCase() === "f" && document.fullscreenEnabled) {
    toggleFullscreen();
  } else if (event.key.toLowerCase() === "s") {
    save();
  } else if (event.key.toLowerCase() === "c") {
    void toggleAdjust();
  }
}

/** Controls may fade only where they stand in the picture's way. */
function isInTheWay() {
  const picture = liveCamera.pictureRect;
  return picture !== null && picture.bottom > dock.getBoundingClientRect().top;
}

const controls = new RestingChrome(
  document.body,
  () =>
    liveCamera.state === "live" &&
    !help.open &&
    !panel.camera &&
    !dock.querySelector(":focus-visible") &&
    isInTheWay(),
);

liveCamera.addEventListener("statechange", () => {
  showState();
  keepPanelTrue();
  if (liveCamera.state === "live" || liveCamera.state === "lost") void refreshCameras();
});
liveCamera.addEventListener("painted", () => pulse.painted());
liveCamera.addEventListener("controls", (event) => {
  if (event instanceof CustomEvent) panel.showNews(event.detail);
});
liveCamera.addEventListener("problem", (event) => {
  const nowMs = performance.now();
  if (nowMs - problemLoggedAtMs < PROBLEM_LOG_MS) return;
  problemLoggedAtMs = nowMs;
  if (event instanceof CustomEvent) console.warn(event.detail.reason);
});
liveCamera.addEventListener("dblclick", () => document.fullscreenEnabled && toggleFullscreen());

pauseButton.addEventListener("click", togglePause);
saveButton.addEventListener("click", save);
adjustButton.addEventListener("click", () => void toggleAdjust());
find("#close-adjust", HTMLButtonElement).addEventListener("click", closeAdjust);
fullscreenButton.addEventListener("click", toggleFullscreen);
fullscreenButton.hidden = !document.fullscreenEnabled;
find("#help", HTMLButtonElement).addEventListener("click", toggleHelp);
find("#close-help", HTMLButtonElement).addEventListener("click", toggleHelp);
help.addEventListener("click", (event) => {
  if (event.target === help) help.close();
});
dock.addEventListener("click", (event) => {
  // After a click the space bar is for the picture again; a keyboard's focus stays where it is.
  if (event.detail > 0 && document.activeElement instanceof HTMLButtonElement) {
    document.activeElement.blur();
  }
});
select.addEventListener("pointerdown", () => void refreshCameras());
select.addEventListener("change", () => {
  const url = new URL(location.href);
  url.searchParams.set("camera", select.value);
  history.replaceState(null, "", url);
  // First, for the state changes with the camera. What is followed is asked for when the list is there.
  if (panel.camera) void adjust(select.value);
  watch(select.value);
});
window.addEventListener("keydown", onKey);

watch(wantedCamera);
find("main", HTMLElement).append(liveCamera);
setInterval(() => {
  if (!document.hidden) showNumbers();
}, NUMBERS_MS);
setInterval(() => {
  if (!document.hidden && liveCamera.state === "lost") void refreshCameras();
}, LOST_LOOK_MS);
void refreshCameras();
