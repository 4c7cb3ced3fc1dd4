// What is shown: the document, the choices made in the page, and how they are kept in its address.
const byId = (id) => document.getElementById(id);
const book = JSON.parse(byId("data").textContent);
const entries = book.entries;
entries.forEach((entry, place) => {
  entry.place = place;
  entry.key = entry.job + "." + entry.number;
  entry.text = [entry.prompt, entry.sent, entry.avatar, entry.preset, entry.seed, entry.job, entry.run, entry.request, entry.code, entry.message]
    .filter(Boolean).join("\n").toLowerCase();
});
const kept = {
  get(name) { try { return localStorage.getItem("falhost." + name); } catch { return null; } },
  set(name, value) { try { localStorage.setItem("falhost." + name, value); } catch { /* a page without storage forgets */ } }
};

const choices = { search: "", avatar: "", preset: "", state: "", order: "newest", layout: book.grid ? "grid" : "list" };
const firstChoices = { ...choices };
const selected = new Set();
const mostSelected = 6;
let shown = [];
let language = words[kept.get("language")] ? kept.get("language") : book.language;
let theme = kept.get("theme") || "auto";
const say = () => words[language];

function counted(forms, count) {
  const form = new Intl.PluralRules(language).select(count);
  return (forms[form] || forms.other).replace("#", new Intl.NumberFormat(language).format(count));
}
const dollars = (amount) => "$" + amount.toFixed(amount < 1 && Math.round(amount * 1000) % 10 ? 3 : 2);
const moment = (time) => new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" }).format(time);

// MARK: The address keeps the choices, so that a link or a reload shows the same.

function readAddress() {
  const address = new URLSearchParams(location.hash.slice(1));
  for (const name of Object.keys(choices)) choices[name] = address.get(name) ?? firstChoices[name];
  if (!say().orders[choices.order]) choices.order = firstChoices.order;
  if (words[address.get("language")]) language = address.get("language");
  if (["auto", "light", "dark"].includes(address.get("theme"))) theme = address.get("theme");
  return { view: address.get("view"), compare: address.get("compare") };
}

function address(open) {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(choices)) if (value !== firstChoices[name]) parts.set(name, value);
  for (const [name, value] of Object.entries(open || {})) if (value) parts.set(name, value);
  return "#" + parts;
}

const keepAddress = (open) => history.replaceState(history.state, "", address(open));

// MARK: Which entries, in which order

const stateOf = (entry) => entry.flagged ? "flagged" : entry.state;
const compareText = (name) => (a, b) => (a[name] || "").localeCompare(b[name] || "", language, { numeric: true });
const orders = {
  newest: (a, b) => b.created - a.created || a.place - b.place,
  oldest: (a, b) => a.created - b.created || a.place - b.place,
  avatar: compareText("avatar"), preset: compareText("preset"), prompt: compareText("prompt"), seed: compareText("seed"),
  dearest: (a, b) => (b.price || 0) - (a.price || 0),
  slowest: (a, b) => (b.seconds || 0) - (a.seconds || 0)
};

function chosen() {
  const needle = choices.search.trim().toLowerCase();
  return entries.filter((entry) =>
    (!choices.avatar || (entry.avatar || "") === choices.avatar) &&
    (!choices.preset || (entry.preset || "") === choices.preset) &&
    (!choices.state || stateOf(entry) === choices.state) &&
    (!needle || entry.text.includes(needle))
  ).sort(orders[choices.order]);
}

// MARK: Pictures: text in the page until they are looked at

const smallOf = (entry) => byId("small-" + entry.place)?.textContent;
const fullOf = (entry) => byId("full-" + entry.place)?.textContent || entry.link;
const adviceFor = (entry) => {
  const open = ["submitted", "submitting", "intent"].includes(entry.state);
  const remedies = say().remedies;
  return remedies[entry.code] || remedies[entry.state] || (open ? remedies.open : remedies.other);
};

function make(kind, attributes, ...children) {
  const element = document.createElement(kind);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name === "class") element.className = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}
