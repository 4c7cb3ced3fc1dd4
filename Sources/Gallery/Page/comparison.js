// Pictures side by side, and what differs between them.
const comparison = byId("comparison");
const sides = comparison.querySelector(".sides");
zoomable(sides);

function openComparison(list, isNew = true) {
  if (list.length < 2) return tell(say().compareNeeds);
  const old = comparison.open;
  comparison.querySelector("h2").textContent = say().comparison;
  setZoom(sides, false);
  sides.style.setProperty("--count", list.length);
  sides.replaceChildren(...list.map(sideFor));
  comparison.querySelector(".differences").replaceChildren(...differences(list));
  if (!old) {
    comparison.showModal();
    comparison.querySelector(".close").focus();
  }
  if (isNew) openedDialog({ compare: list.map((entry) => entry.key).join(",") }, old);
}

function sideFor(entry) {
  const image = make("img", { alt: nameOf(entry), decoding: "async" });
  const note = make("p", { class: "remark", hidden: true });
  if (hasPicture(entry)) showWhole(image, entry, (text) => { note.hidden = !text; note.textContent = text || ""; });
  return make("figure", {},
    make("div", { class: "frame" }, hasPicture(entry) ? image : reasonFor(entry), note),
    make("figcaption", {}, ...(book.grid ? [make("b", {}, placeOf(entry))]
      : [make("b", {}, entry.avatar || entry.endpoint), " ", make("span", {}, [entry.preset, entry.seed].filter(Boolean).join(" · "))])));
}

// Each value that could differ: what was sent, key by key, and what came of it.
function facts(entry) {
  const facts = new Map();
  const set = (name, value) => value !== undefined && facts.set(name, value);
  for (const field of ["prompt", "avatar", "preset", "endpoint", "state"]) set(say().fields[field], shownValue(entry, field));
  for (const [name, value] of Object.entries(entry.arguments)) {
    if (name === "prompt") continue;
    set(say().fields[name] || name, typeof value === "string" ? value : JSON.stringify(value));
  }
  for (const field of ["seed", "size", "seconds", "price"]) if (!facts.has(say().fields[field])) set(say().fields[field], shownValue(entry, field));
  return facts;
}

function differences(list) {
  const all = list.map(facts);
  const names = [...new Set(all.flatMap((one) => [...one.keys()]))];
  const row = (name) => make("tr", {}, make("th", { scope: "row" }, name), ...all.map((one) => make("td", {}, one.get(name) ?? "–")));
  const isDifferent = (name) => new Set(all.map((one) => one.get(name))).size > 1;
  const different = names.filter(isDifferent);
  const same = names.filter((name) => !isDifferent(name));
  const table = (rows) => make("div", { class: "scroll" }, make("table", {}, make("tbody", {}, ...rows)));
  return [
    make("h3", {}, say().differences),
    different.length ? table(different.map(row)) : make("p", {}, say().same),
    make("details", {}, make("summary", {}, say().sameForAll),
      make("dl", {}, ...same.map((name) => make("div", {}, make("dt", {}, name), make("dd", {}, all[0].get(name))))))
  ];
}

comparison.addEventListener("close", () => {
  closedDialog();
  sides.replaceChildren();
  if (!viewer.open) current?.focus();
});

// From the viewer: with what was selected before it.
function compareViewed() {
  const list = [...new Set([...selected, viewed])];
  if (list.length < 2) { select(viewed, true); return tell(say().compareNeeds); }
  viewer.close();
  openComparison(list.slice(-mostSelected));
}
