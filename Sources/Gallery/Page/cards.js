// The cards: one for each entry, made once; their pictures are there only near the window.
const cards = byId("cards");
const cardOf = new Map();

// A picture near the window gets its address, one far away loses it: memory stays flat however long the list is.
const waiting = new Set();
const watcher = new IntersectionObserver((seen) => {
  for (const { target, isIntersecting } of seen) {
    if (isIntersecting) fill(target); else { waiting.delete(target); target.removeAttribute("src"); }
  }
}, { rootMargin: "600px 300px" });

function fill(image) {
  const entry = entries[image.dataset.place];
  const source = smallOf(entry);
  if (source) image.src = source;
  else if (document.readyState === "loading") { waiting.add(image); return; }
  else if (fullOf(entry)) image.src = fullOf(entry);
  else { image.closest(".open").replaceChildren(reasonFor(entry)); return; }
  waiting.delete(image);
}

// Thumbnails stand behind the script: those that are wanted before they have come are filled in as they come.
if (document.readyState === "loading") {
  const arrivals = new MutationObserver(() => waiting.forEach(fill));
  arrivals.observe(document.body, { childList: true });
  document.addEventListener("DOMContentLoaded", () => { arrivals.disconnect(); waiting.forEach(fill); });
}

const hasPicture = (entry) => entry.state === "completed";

function pictureOf(entry) {
  if (!hasPicture(entry)) return reasonFor(entry);
  const image = make("img", {
    alt: "", decoding: "async", draggable: "false", "data-place": entry.place,
    onerror: (event) => event.target.closest(".open").replaceChildren(reasonFor(entry))
  });
  watcher.observe(image);
  return image;
}

function reasonFor(entry) {
  const message = entry.message || (entry.state === "completed" ? say().notKept : "");
  return make("span", { class: "why" },
    make("strong", {}, entry.code || say().states[entry.state] || entry.state), message && make("span", {}, message));
}

function badgeOf(entry) {
  const state = stateOf(entry);
  return state === "completed" ? null : make("span", { class: "badge " + state }, say().states[state] || state);
}

const nameOf = (entry) => [entry.avatar, entry.preset, entry.prompt].filter(Boolean).join(", ");

function cardFor(entry) {
  const open = make("button", {
    type: "button", class: "open", tabindex: "-1", "aria-label": nameOf(entry), "data-place": entry.place,
    onclick: () => openViewer(entry), onfocus: () => setCurrent(open)
  }, pictureOf(entry));
  return make("article", { class: "card", role: "listitem", "data-key": entry.key },
    open, badgeOf(entry),
    make("input", {
      type: "checkbox", class: "pick", tabindex: "-1", "aria-label": say().select, title: say().select,
      onchange: (event) => select(entry, event.target.checked)
    }),
    make("p", { class: "who" }, make("b", {}, entry.avatar || entry.endpoint), " ", make("span", {}, entry.preset || "")),
    make("p", { class: "prompt" }, entry.prompt));
}

function card(entry) {
  if (!cardOf.has(entry)) cardOf.set(entry, cardFor(entry));
  return cardOf.get(entry);
}

function showCards() {
  shown = chosen();
  const asGrid = book.grid && choices.layout === "grid";
  byId("grid").hidden = !asGrid;
  cards.hidden = Boolean(asGrid);
  if (asGrid) showGrid();
  else cards.replaceChildren(...shown.map(card));
  byId("empty").hidden = shown.length > 0;
  byId("empty").querySelector("p").textContent = entries.length ? say().nothing : say().nothingAtAll;
  byId("reset").hidden = entries.length === 0;
  setCurrent(openButtons()[0]);
  measureCards();
  showSummary();
}

// What a card outside the window counts with, so that the scroll bar is true.
function measureCards() {
  const first = cards.firstElementChild;
  if (first && !cards.hidden) cards.style.setProperty("--card-height", Math.ceil(first.getBoundingClientRect().height) + "px");
}
addEventListener("resize", measureCards);

function showSummary() {
  const pictures = shown.filter(hasPicture).length;
  const rest = shown.length - pictures;
  const spent = shown.reduce((sum, entry) => sum + (entry.number === 1 && entry.price || 0), 0);
  const simulated = shown.length > 0 && shown.every((entry) => entry.simulated);
  const all = entries.filter(hasPicture).length;
  byId("summary").textContent = [
    counted(say().pictures, pictures) + (pictures < all ? ` ${say().of} ${new Intl.NumberFormat(language).format(all)}` : ""),
    rest > 0 && counted(say().jobsLeft, rest),
    spent > 0 && (simulated ? `${dollars(spent)} (${say().simulated})` : `${say().spent}: ${dollars(spent)}`),
    book.made && new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(book.made)
  ].filter(Boolean).join(" · ");
}

// MARK: The card that the keyboard is at

let current = null;
const openButtons = () => [...(choices.layout === "grid" ? byId("grid") : cards).querySelectorAll(".open")];

function setCurrent(button) {
  if (current && current !== button) current.tabIndex = -1;
  current = button || null;
  if (current) current.tabIndex = 0;
}

const entryAt = (button) => button && entries[button.dataset.place];

// How far the card above or below is in the order of the cards.
function rowStep(way) {
  if (choices.layout !== "grid") return way * getComputedStyle(cards).gridTemplateColumns.split(" ").length;
  const cell = current?.closest("td");
  const row = way > 0 ? cell?.parentElement.nextElementSibling : cell?.parentElement.previousElementSibling;
  const target = row?.cells[cell.cellIndex].querySelector(".open");
  const buttons = openButtons();
  return target ? buttons.indexOf(target) - buttons.indexOf(current) : 0;
}

function moveBy(step) {
  const buttons = openButtons();
  const place = buttons.indexOf(current);
  const next = buttons[Math.min(buttons.length - 1, Math.max(0, place + step))];
  if (!next) return;
  next.focus();
  next.closest(".card, td")?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

// MARK: Selecting

function select(entry, isSelected) {
  if (isSelected && selected.size >= mostSelected && !selected.has(entry)) tell(say().full.replace("#", mostSelected));
  else if (isSelected) selected.add(entry);
  else selected.delete(entry);
  showSelection();
}

function showSelection() {
  for (const box of document.querySelectorAll(".pick")) {
    const entry = entryAt(box.parentElement.querySelector(".open"));
    box.checked = selected.has(entry);
    box.parentElement.classList.toggle("picked", box.checked);
  }
  byId("selection").hidden = selected.size === 0;
  byId("selection").querySelector("span").textContent = counted(say().selected, selected.size);
  byId("compare").disabled = selected.size < 2;
  document.body.classList.toggle("selecting", selected.size > 0);
}

function tell(text) {
  const told = byId("told");
  told.textContent = text;
  told.classList.add("visible");
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => told.classList.remove("visible"), 2500);
}
