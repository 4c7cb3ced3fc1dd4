// What is known of one picture, and the command that makes it again.
function copy(text) {
  const done = () => tell(say().copied);
  const byHand = () => {
    const field = make("textarea", { class: "offscreen" });
    field.value = text;
    (document.querySelector("dialog[open]") || document.body).append(field);
    field.select();
    const isDone = document.execCommand("copy");
    field.remove();
    if (isDone) done(); else tell(say().notCopied);
  };
  if (navigator.clipboard) navigator.clipboard.writeText(text).then(done, byHand); else byHand();
}

function shownValue(entry, field) {
  switch (field) {
    case "size": return entry.width && entry.height ? `${entry.width} × ${entry.height}` : undefined;
    case "created": return moment(entry.created);
    case "seconds": return entry.seconds === undefined ? undefined
      : new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(entry.seconds) + " " + say().unit;
    case "price": return entry.price === undefined ? undefined
      : dollars(entry.price) + (entry.simulated ? ` (${say().simulated})` : "");
    case "state": return say().states[entry.state] + (entry.flagged ? `, ${say().flagged}` : "");
    default: return entry[field];
  }
}

const receiptFields = ["sent", "avatar", "preset", "endpoint", "seed", "size", "state", "created", "seconds", "price", "job", "run", "request", "file"];

function receiptFor(entry) {
  const rows = receiptFields.filter((field) => shownValue(entry, field)).map((field) =>
    make("div", { class: field }, make("dt", {}, say().fields[field]), make("dd", {}, shownValue(entry, field))));
  return [
    badgeOf(entry),
    book.grid && make("p", { class: "place" }, placeOf(entry)),
    make("h2", {}, entry.prompt),
    entry.message && make("div", { class: "failure" },
      make("strong", {}, entry.code), make("p", {}, entry.message),
      make("p", { class: "advice" }, make("b", {}, say().advice + ": "), adviceFor(entry))),
    entry.command && make("div", { class: "again" },
      make("h3", {}, say().again), make("code", {}, entry.command),
      make("button", { type: "button", class: "primary", onclick: () => copy(entry.command) }, say().copyCommand)),
    make("div", { class: "links" },
      make("button", { type: "button", class: "quiet", onclick: () => copy(entry.prompt) }, say().copyPrompt),
      entry.link && make("a", { class: "quiet", href: entry.link, target: "_blank", rel: "noopener" }, say().openFile),
      entry.receipt && make("a", { class: "quiet", href: entry.receipt, target: "_blank", rel: "noopener" }, say().receipt),
      entry.url && !entry.simulated && make("a", { class: "quiet", href: entry.url, target: "_blank", rel: "noopener noreferrer" }, say().openFal)),
    make("dl", {}, ...rows),
    make("details", {}, make("summary", {}, say().arguments), make("pre", {}, JSON.stringify(entry.arguments, null, 2)))
  ].filter(Boolean);
}

// Shows the whole picture; the thumbnail where its file cannot be had. `remark` is told which.
function showWhole(image, entry, remark) {
  const small = smallOf(entry);
  const full = fullOf(entry);
  image.alt = nameOf(entry);
  remark(null);
  image.onerror = () => {
    image.onerror = null;
    remark(small ? (full ? say().thumbnail : say().noFile) : say().notKept);
    if (small) image.src = small; else image.removeAttribute("src");
  };
  if (full) image.src = full; else image.onerror();
}
