// One picture, as large as the window lets it be.
const viewer = byId("viewer");
const stage = viewer.querySelector(".stage");
let viewed = null;

function openViewer(entry, isNew = true) {
  viewed = entry;
  const isOpen = viewer.open;
  showViewed();
  if (!isOpen) {
    viewer.showModal();
    viewer.querySelector(".close").focus();
  }
  if (isNew) openedDialog({ view: entry.key }, isOpen);
}

function showViewed() {
  const entry = viewed;
  const image = stage.querySelector("img");
  const nothing = stage.querySelector(".nothing");
  const note = stage.querySelector(".remark");
  setZoom(stage, false);
  const isPicture = hasPicture(entry);
  image.hidden = !isPicture;
  nothing.hidden = isPicture;
  note.hidden = true;
  if (isPicture) showWhole(image, entry, (text) => { note.hidden = !text; note.textContent = text || ""; });
  else nothing.replaceChildren(make("span", { class: "why" }, make("strong", {}, say().noPicture)));
  const receipt = viewer.querySelector(".receipt");
  receipt.replaceChildren(...receiptFor(entry));
  receipt.scrollTop = 0;
  viewer.setAttribute("aria-label", nameOf(entry));
  stage.querySelector(".previous").hidden = !neighbour(-1);
  stage.querySelector(".next").hidden = !neighbour(1);
}

// In the grid the arrows go along its axes; in the list, along the order that is shown.
function neighbour(step) {
  const order = choices.layout === "grid" && book.grid ? openButtons().map(entryAt) : shown;
  const place = order.indexOf(viewed);
  return place < 0 ? undefined : order[place + step];
}

function turn(step) {
  const next = neighbour(step);
  if (next) openViewer(next);
}

stage.querySelector(".previous").addEventListener("click", () => turn(-1));
stage.querySelector(".next").addEventListener("click", () => turn(1));
viewer.addEventListener("close", () => {
  closedDialog();
  const button = openButtons().find((one) => entryAt(one) === viewed);
  stage.querySelector("img").removeAttribute("src");
  if (button) { setCurrent(button); button.focus(); }
  viewed = null;
});

// MARK: Zooming to where the pointer is

function setZoom(frame, isOn) {
  frame.classList.toggle("zoomed", isOn ?? !frame.classList.contains("zoomed"));
}

function zoomable(frame) {
  frame.addEventListener("click", (event) => { if (event.target.localName === "img") { aim(event); setZoom(frame); } });
  const aim = (event) => {
    const box = event.target.localName === "img" && event.target.parentElement.getBoundingClientRect();
    if (!box) return;
    frame.style.setProperty("--x", ((event.clientX - box.left) / box.width * 100).toFixed(1) + "%");
    frame.style.setProperty("--y", ((event.clientY - box.top) / box.height * 100).toFixed(1) + "%");
  };
  frame.addEventListener("pointermove", aim);
}
zoomable(stage);

// A swipe turns the page, as on a phone's own pictures.
let touched = null;
stage.addEventListener("touchstart", (event) => { touched = event.touches.length === 1 ? event.touches[0] : null; }, { passive: true });
stage.addEventListener("touchend", (event) => {
  const way = touched && event.changedTouches[0].clientX - touched.clientX;
  if (Math.abs(way) > 60 && !stage.classList.contains("zoomed")) turn(way < 0 ? 1 : -1);
  touched = null;
});

// MARK: Dialogs and the browser's way back

// Opening one is a step in the history, so that a phone's back button closes it.
function openedDialog(open, isSame) {
  if (isSame) keepAddress(open); else history.pushState({ isDialog: true }, "", address(open));
}

function closedDialog() {
  if (document.querySelector("dialog[open]")) return;
  if (history.state?.isDialog) history.back(); else keepAddress();
}

for (const dialog of document.querySelectorAll("dialog")) {
  dialog.querySelector(".close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
}
