// The controls at the top, the keyboard, and the beginning.
const controls = { search: byId("search"), avatar: byId("avatar"), preset: byId("preset"), state: byId("state"), order: byId("order") };

function fillSelect(control, all, values) {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) || 0) + 1);
  const names = [...counts.keys()].sort((a, b) => a.localeCompare(b, language, { numeric: true }));
  const label = (name) => (control === controls.state ? say().states[name] || name : name || say().none) + ` (${counts.get(name)})`;
  control.replaceChildren(make("option", { value: "" }, all), ...names.filter((name) => name !== "").map((name) => make("option", { value: name }, label(name))));
  control.hidden = names.length < 2;
}

function showControls() {
  document.documentElement.lang = language;
  document.documentElement.dataset.theme = theme;
  byId("title").textContent = book.title || say().gallery;
  document.title = `${book.title || say().gallery} – falhost`;
  controls.search.placeholder = say().search;
  fillSelect(controls.avatar, say().allAvatars, entries.map((entry) => entry.avatar || ""));
  fillSelect(controls.preset, say().allPresets, entries.map((entry) => entry.preset || ""));
  fillSelect(controls.state, say().allStates, entries.map(stateOf));
  controls.order.replaceChildren(...Object.entries(say().orders).map(([value, name]) => make("option", { value }, name)));
  for (const [name, control] of Object.entries(controls)) {
    control.value = choices[name];
    control.setAttribute("aria-label", say()[name] || name);
  }
  byId("filters").hidden = entries.length === 0;
  byId("language").textContent = say().other;
  byId("theme").textContent = { auto: "◐", light: "☀", dark: "☾" }[theme];
  byId("theme").title = say().theme[theme];
  byId("theme").setAttribute("aria-label", say().theme[theme]);
  byId("keys").setAttribute("aria-label", say().keys);
  byId("layout").hidden = !book.grid;
  controls.order.hidden = Boolean(book.grid) && choices.layout === "grid";
  byId("layout").textContent = choices.layout === "grid" ? say().list : say().grid;
  byId("reset").textContent = say().reset;
  byId("compare").textContent = say().compare;
  byId("clear").textContent = say().clear;
  for (const name of ["previous", "next", "close"])
    for (const button of document.querySelectorAll("button." + name)) button.setAttribute("aria-label", say()[name]);
  byId("help").querySelector("h2").textContent = say().keys;
  byId("help").querySelector("dl").replaceChildren(...Object.entries(say().moves).map(([keys, does]) =>
    make("div", {}, make("dt", {}, ...keys.split(", ").flatMap((key) => [make("kbd", {}, key), " "])), make("dd", {}, does))));
}

function show() {
  showControls();
  showCards();
  showSelection();
}

function choose(name, value) {
  choices[name] = value;
  keepAddress();
  showControls();
  showCards();
  showSelection();
}

for (const [name, control] of Object.entries(controls)) control.addEventListener("input", () => choose(name, control.value));
byId("reset").addEventListener("click", () => { Object.assign(choices, firstChoices); keepAddress(); show(); });
byId("layout").addEventListener("click", () => choose("layout", choices.layout === "grid" ? "list" : "grid"));
byId("language").addEventListener("click", () => switchLanguage());
byId("theme").addEventListener("click", () => switchTheme());
byId("keys").addEventListener("click", () => byId("help").showModal());
byId("compare").addEventListener("click", () => openComparison([...selected]));
byId("clear").addEventListener("click", clearSelection);
byId("help").addEventListener("close", () => current?.focus());

function clearSelection() { selected.clear(); showSelection(); }

function switchLanguage() {
  language = language === "en" ? "ru" : "en";
  kept.set("language", language);
  cardOf.clear();
  show();
}

function switchTheme() {
  theme = { auto: "dark", dark: "light", light: "auto" }[theme];
  kept.set("theme", theme);
  showControls();
}

// MARK: Keyboard

const steps = { ArrowLeft: () => -1, ArrowRight: () => 1, ArrowUp: () => rowStep(-1), ArrowDown: () => rowStep(1), Home: () => -entries.length, End: () => entries.length };

const everywhere = {
  "/": () => controls.search.focus(), "l": switchLanguage, "t": switchTheme, "?": () => byId("help").showModal(),
  "C": () => openComparison([...selected]), "Escape": clearSelection
};

function onGridKey(event) {
  const step = steps[event.key];
  if (step && openButtons().length) return moveBy(document.activeElement === current ? step() : 0);
  const entry = document.activeElement === current && entryAt(current);
  if (entry && (event.key === " " || event.key === "c")) return select(entry, !selected.has(entry));
  if (everywhere[event.key]) return everywhere[event.key]();
  return false;
}

function onViewerKey(event) {
  switch (event.key) {
    case "ArrowLeft": return turn(-1);
    case "ArrowRight": return turn(1);
    case "z": return setZoom(stage);
    case "c": return compareViewed();
    case "y": return viewed.command && copy(viewed.command);
    default: return false;
  }
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target === controls.search) {
    if (event.key === "Escape") { choose("search", ""); controls.search.blur(); }
    if (event.key === "Enter" || event.key === "ArrowDown") { event.preventDefault(); moveBy(0); }
    return;
  }
  if (event.target.localName === "select") return;
  const open = document.querySelector("dialog[open]");
  const answer = !open ? onGridKey(event) : open === viewer ? onViewerKey(event)
    : open === comparison && event.key === "z" ? setZoom(sides) : false;
  if (answer !== false) event.preventDefault();
});

// MARK: The beginning

function followAddress(event) {
  const before = JSON.stringify(choices);
  const open = readAddress();
  if (!event || JSON.stringify(choices) !== before) show();
  // The thumbnails come after the script, and a dialog may need some of them.
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", () => followDialogs(open));
  else followDialogs(open);
}

function followDialogs(open) {
  const entry = entries.find((one) => one.key === open.view);
  const list = (open.compare || "").split(",").map((key) => entries.find((one) => one.key === key)).filter(Boolean);
  if (viewer.open && !entry) viewer.close();
  if (comparison.open && list.length < 2) comparison.close();
  if (entry) openViewer(entry, false);
  if (list.length > 1) openComparison(list, false);
}

// The shape of the cards is that of most pictures.
function chooseShape() {
  const shapes = entries.filter((entry) => entry.width && entry.height).map((entry) => entry.width / entry.height).sort((a, b) => a - b);
  const middle = shapes[Math.floor(shapes.length / 2)] || 1;
  document.documentElement.style.setProperty("--shape", Math.min(4 / 3, Math.max(3 / 4, middle)).toFixed(3));
}

addEventListener("popstate", followAddress);
chooseShape();
followAddress();
