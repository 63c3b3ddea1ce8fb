// Drag somebody to another's seat, or to a table with a free one: it chooses both in the form, and shows what the change does.
// Nothing is kept by it. Without this file the form does the same.
"use strict";

const FAR = 6; // pixels before a press becomes a drag
const EDGE = 60; // pixels from the edge of the window where it scrolls

const form = document.querySelector("[data-move]");
const plan = document.querySelector(".plan");
let held = null;

function target(event) {
  const under = document.elementFromPoint(event.clientX, event.clientY);
  const seat = under && under.closest("[data-seat]");
  if (seat && seat !== held.seat) return { mark: seat, place: `with:${seat.dataset.seat}` };
  const table = under && under.closest("[data-table]");
  if (table && !table.contains(held.seat)) return { mark: table, place: `table:${table.dataset.table}` };
  return null;
}

function mark(found) {
  for (const one of document.querySelectorAll(".over")) one.classList.remove("over");
  if (found) found.mark.classList.add("over");
}

function take(event) {
  const seat = event.target.closest("[data-seat]");
  if (!seat || event.button !== 0) return;
  held = { seat, x: event.clientX, y: event.clientY, carried: null, edge: 0 };
}

function carry(event) {
  if (!held) return;
  if (!held.carried) {
    if (Math.hypot(event.clientX - held.x, event.clientY - held.y) < FAR) return;
    held.carried = document.createElement("div");
    held.carried.className = "carried";
    held.carried.textContent = held.seat.querySelector("strong").textContent;
    held.seat.classList.add("held");
    document.body.append(held.carried);
    requestAnimationFrame(scroll);
  }
  held.carried.style.transform = `translate(${event.clientX + 12}px, ${event.clientY + 12}px)`;
  mark(target(event));
  held.edge = event.clientY < EDGE ? -12 : event.clientY > innerHeight - EDGE ? 12 : 0;
}

function scroll() {
  if (!held) return;
  if (held.edge) scrollBy(0, held.edge);
  requestAnimationFrame(scroll);
}

function drop(event) {
  const found = held && held.carried && event.type === "pointerup" ? target(event) : null;
  const person = held && held.seat.dataset.seat;
  if (held && held.carried) held.carried.remove();
  if (held) held.seat.classList.remove("held");
  mark(null);
  held = null;
  if (!found) return;
  form.elements.person.value = person;
  form.elements.place.value = found.place;
  form.requestSubmit();
}

if (form && plan) {
  document.body.classList.add("drags");
  document.querySelector("[data-drag-hint]").hidden = false;
  document.addEventListener("pointerdown", take);
  document.addEventListener("pointermove", carry);
  document.addEventListener("pointerup", drop);
  document.addEventListener("pointercancel", drop);
  document.addEventListener("keydown", (event) => event.key === "Escape" && drop(event));
}
document.addEventListener("htmx:afterSwap", (event) => {
  const heading = event.target.id === "effect" && event.target.querySelector("h2");
  if (heading) heading.focus();
});
