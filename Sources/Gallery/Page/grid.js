// The table of `falhost compare`: one cell for each combination of the axes' values.
const axisName = (axis) => say().fields[axis.name] || axis.name;

// Where an entry stands: `noir, lora_scale 1.0`.
function placeOf(entry) {
  if (!book.grid) return "";
  const { columns, rows, cells } = book.grid;
  const cell = cells.findIndex((places) => places.includes(entry.place));
  const value = (axis, place) => ["avatar", "preset"].includes(axis.name) ? axis.values[place] : `${axis.name} ${axis.values[place]}`;
  return [rows && value(rows, Math.floor(cell / columns.values.length)), value(columns, cell % columns.values.length)].filter(Boolean).join(" · ");
}

function showGrid() {
  const { columns, rows, cells } = book.grid;
  const isShown = new Set(shown);
  const head = make("thead", {}, make("tr", {},
    make("th", { class: "corner", scope: "col" }, rows ? `${axisName(rows)} / ${axisName(columns)}` : axisName(columns)),
    ...columns.values.map((value) => make("th", { scope: "col" }, value))));
  const width = columns.values.length;
  const lines = (rows ? rows.values : [""]).map((value, row) => make("tr", {},
    make("th", { scope: "row" }, value),
    ...columns.values.map((_, column) => cellFor(cells[row * width + column].map((place) => entries[place]), isShown))));
  const seed = book.grid.seed && say().sameSeed.replace("#", book.grid.seed);
  byId("grid").replaceChildren(
    make("p", { class: "lead" }, book.grid.prompt, seed && make("span", {}, seed)),
    make("div", { class: "scroll", tabindex: "-1" }, make("table", {}, head, make("tbody", {}, ...lines))));
}

function cellFor(list, isShown) {
  return make("td", {}, make("div", { class: "cell" }, ...list.map((entry) => {
    const open = make("button", {
      type: "button", class: "open", tabindex: "-1", "aria-label": nameOf(entry), "data-place": entry.place,
      onclick: () => openViewer(entry), onfocus: () => setCurrent(open)
    }, pictureOf(entry));
    return make("div", { class: "card" + (isShown.has(entry) ? "" : " dim") }, open, badgeOf(entry),
      make("input", {
        type: "checkbox", class: "pick", tabindex: "-1", "aria-label": say().select, title: say().select,
        onchange: (event) => select(entry, event.target.checked)
      }));
  })));
}
