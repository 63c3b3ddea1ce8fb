// What a form that takes a while says once it is sent, so that nobody presses twice: the part marked data-busy is shown.
"use strict";
document.addEventListener("submit", (event) => {
  const busy = event.target.querySelector("[data-busy]");
  if (!busy || event.submitter?.hasAttribute("data-quick")) return;
  busy.hidden = false;
  for (const button of event.target.querySelectorAll("button")) setTimeout(() => (button.disabled = true));
});
// Back again by the browser's own button: the page may be as it was left.
window.addEventListener("pageshow", () => {
  for (const busy of document.querySelectorAll("[data-busy]")) busy.hidden = true;
  for (const button of document.querySelectorAll("form button:disabled")) button.disabled = false;
});
