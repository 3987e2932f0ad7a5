/* In the question box: "@" names a paper, and "/" at the beginning is a command. The list comes from the server. */

const PATIENCE = 90; // milliseconds of rest before the server is asked
const NAMING = /(?:^|\s)@([^@\n]{0,60})$/;
const COMMANDING = /^\/(\w*)$/;

const commands = {
  compare: () => write("Compare @"),
  shorter: () => (write("Shorter"), later(() => document.querySelector("#question .submit-button")?.click())),
  table: () => (write(""), [...document.querySelectorAll('[data-action="tabulate_answer"]')].pop()?.click()),
  export: () => (write(""), document.querySelector(".save-conversation")?.click()),
  narrow: () => (write(""), document.querySelector(".narrow summary")?.click()),
  new: () => (write(""), document.querySelector("#new-chat")?.click()),
};

let waiting = 0;
let asked = "";

const box = () => document.querySelector("#question textarea");
const list = () => document.querySelector("#offered .offered");
const items = () => [...(list()?.querySelectorAll("button") ?? [])];
const later = (step) => setTimeout(step, 60);

function write(text) {
  const area = box();
  area.value = text;
  area.dispatchEvent(new Event("input", { bubbles: true }));
  area.focus();
}

function typed() {
  const before = box().value.slice(0, box().selectionStart);
  const command = box().value.match(COMMANDING);
  if (command) return `/${command[1]}`;
  const naming = before.match(NAMING);
  return naming ? `@${naming[1]}` : "";
}

function offer() {
  clearTimeout(waiting);
  asked = typed();
  if (!asked) return close();
  waiting = setTimeout(() => document.dispatchEvent(new CustomEvent("footnote", { detail: { action: "offer_names", query: asked } })), PATIENCE);
}

function close() {
  asked = "";
  if (list()) list().hidden = true;
}

function choose(item) {
  const { command, name } = item.dataset;
  if (command) return close(), commands[command]?.();
  const area = box(), end = area.selectionStart, before = area.value.slice(0, end).replace(/@[^@\n]*$/, `${name} `);
  const rest = area.value.slice(end);
  close();
  write(before + rest);
  area.setSelectionRange(before.length, before.length);
}

function step(by) {
  const all = items(), now = all.findIndex((item) => item.getAttribute("aria-selected") === "true");
  for (const item of all) item.setAttribute("aria-selected", "false");
  all[(now + by + all.length) % all.length]?.setAttribute("aria-selected", "true");
}

document.addEventListener("input", (event) => event.target === box() && event.isTrusted && offer());
document.addEventListener("focusout", (event) => event.target === box() && later(() => !document.activeElement?.closest?.("#offered") && close()));
document.addEventListener("mousedown", (event) => event.target.closest?.("#offered") && event.preventDefault());
document.addEventListener("click", (event) => event.target.closest?.("#offered button") && choose(event.target.closest("#offered button")));

document.addEventListener("keydown", (event) => {
  if (event.target !== box() || !asked || !list() || list().hidden || !items().length) return;
  const picked = items().find((item) => item.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown") step(1);
  else if (event.key === "ArrowUp") step(-1);
  else if ((event.key === "Enter" || event.key === "Tab") && picked) choose(picked);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);

// What was asked for may come after its reader went on typing.
new MutationObserver(() => {
  if (list() && list().dataset.query !== asked) list().hidden = true;
}).observe(document.body, { childList: true, subtree: true });
