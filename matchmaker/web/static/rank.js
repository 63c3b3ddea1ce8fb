// Drag one of a list to its place: the list is sent in its new order. Without this file the buttons beside each do the same.
"use strict";

const list = document.querySelector("[data-ranked]");
const form = document.querySelector("[data-order]");
let held = null;

function order() {
  return [...list.children].map((one) => one.dataset.item);
}

function take(event) {
  const handle = event.target.closest("[data-handle]");
  if (!handle || event.button !== 0) return;
  held = { item: handle.closest("li"), before: order(), next: null };
  held.next = held.item.nextElementSibling;
  held.item.classList.add("held");
  handle.setPointerCapture(event.pointerId);
  event.preventDefault();
}

function carry(event) {
  if (!held) return;
  const others = [...list.children].filter((one) => one !== held.item);
  const below = others.find((one) => {
    const box = one.getBoundingClientRect();
    return event.clientY < box.top + box.height / 2;
  });
  if (held.item.nextElementSibling !== (below || null)) list.insertBefore(held.item, below || null);
}

function drop(event) {
  if (!held) return;
  const { item, before, next } = held;
  held = null;
  item.classList.remove("held");
  if (event.type !== "pointerup") list.insertBefore(item, next);
  else if (order().join("\n") !== before.join("\n")) send();
}

function send() {
  for (const key of order()) {
    const input = document.createElement("input");
    input.type = "hidden";
    input.name = "item";
    input.value = key;
    form.append(input);
  }
  form.requestSubmit();
}

if (list && form) {
  for (const handle of list.querySelectorAll("[data-handle]")) handle.hidden = false;
  document.querySelector("[data-drag-hint]").hidden = false;
  list.addEventListener("pointerdown", take);
  list.addEventListener("pointermove", carry);
  list.addEventListener("pointerup", drop);
  list.addEventListener("pointercancel", drop);
  document.addEventListener("keydown", (event) => event.key === "Escape" && drop(event));
}
