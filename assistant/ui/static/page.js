/* What Gradio has no part for: a marker leads to its card, and an answer can be copied.
   Everything is delegated from the document, because Gradio redraws the parts as an answer grows. */

const LEAST_ROOM = 24; // pixels under the last answer
const calm = matchMedia("(prefers-reduced-motion: reduce)");

document.addEventListener("click", (event) => {
  const part = (selector) => event.target.closest?.(selector);
  if (part(".marker")) event.preventDefault(), showSource(part(".marker"));
  else if (part(".card-number")) showSource(part(".card-number"));
  else if (part(".show-sources")) openPanel(turnOf(part(".show-sources")));
  else if (part(".panel-close")) closePanel(part(".source-panel"));
  else if (part(".card-toggle")) unfold(part(".card"), !part(".card").classList.contains("open"));
  else if (part(".copy-text")) copyText(part(".copy-text"), part(".copy-text").parentElement.querySelector("pre").textContent);
  else if (part(".copy")) copyAnswer(part(".copy"));
  else if (part("#new-chat")) closeSidebarIfItCoversThePage();
  else if (part("[data-action]")) act(part("[data-action]"));
  else if (part("td.stated")) showSource(part("td.stated").querySelector(".marker"));
});

document.addEventListener("submit", (event) => {
  const form = event.target.closest?.("form[data-form]");
  if (!form) return;
  event.preventDefault();
  document.dispatchEvent(new CustomEvent("footnote", { detail: { action: form.dataset.form, ...Object.fromEntries(new FormData(form)) } }));
});

/* ---- A marker and its card ---- */

function turnOf(part) {
  return part.closest("[data-turn]")?.dataset.turn;
}

// Every number of a card is a tab of it: the marker of the same number leads there.
function tabOf(marker) {
  return document.getElementById(`source-${turnOf(marker)}-${marker.dataset.number}`);
}

function cardOf(marker) {
  return tabOf(marker)?.closest(".card");
}

function marksOf(card, number) {
  return [...card.querySelectorAll("mark")].filter((mark) => mark.dataset.numbers.split(" ").includes(number));
}

function showSource(marker) {
  const card = cardOf(marker), number = marker.dataset.number;
  if (!card) return;
  openPanel(turnOf(marker));
  const panel = card.closest(".source-panel");
  for (const other of document.querySelectorAll(".card.active, .marker.active, .card-number.active, mark.active")) other.classList.remove("active");
  for (const active of [card, marker, tabOf(marker), ...marksOf(card, number)]) active.classList.add("active");
  unfold(card, true);
  hideTip();
  card.focus({ preventScroll: true });
  const tall = card.offsetHeight > panel.clientHeight * 0.8;
  const view = { block: tall ? "center" : "nearest", behavior: calm.matches ? "auto" : "smooth" };
  ((tall && marksOf(card, number)[0]) || card).scrollIntoView(view);
}

function openPanel(turn) {
  const panel = document.querySelector(`.turn-sources[data-turn="${turn}"]`)?.closest(".source-panel");
  if (!panel) return;
  for (const group of panel.querySelectorAll(".turn-sources")) group.hidden = group.dataset.turn !== turn;
  panel.classList.add("shown");
}

function closePanel(panel) {
  panel.classList.remove("shown");
  document.querySelector(".marker.active")?.focus();
}

function unfold(card, open) {
  const toggle = card.querySelector(".card-toggle");
  card.classList.toggle("open", open);
  if (!toggle) return;
  toggle.setAttribute("aria-expanded", String(open));
  toggle.textContent = open ? toggle.dataset.open : toggle.dataset.closed;
}

/* ---- Actions: a part with data-action sends its data to the server by way of bridge.js ---- */

function act(part) {
  if (part.dataset.action === "open_conversation") closeSidebarIfItCoversThePage();
  if (part.dataset.action === "open_cell") document.getElementById("table-sources")?.closest(".source-panel").classList.add("shown");
  if (part.dataset.action === "open_paper") document.getElementById("paper-view")?.closest(".source-panel").classList.add("shown");
  document.dispatchEvent(new CustomEvent("footnote", { detail: { ...part.dataset } }));
}

function closeSidebarIfItCoversThePage() {
  if (innerWidth <= 768) document.querySelector("#sidebar.open .toggle-button")?.click();
}

/* ---- The quote of a marker, while it is pointed at or focused ---- */

const QUOTING = ".marker, [data-quote]";
const tip = document.createElement("div");
tip.id = "quote-tip";
tip.setAttribute("role", "tooltip");
tip.hidden = true;
document.body.append(tip);

function showTip(marker) {
  const card = cardOf(marker);
  if (!card && !marker.dataset.quote) return;
  const title = document.createElement("strong");
  title.textContent = card?.querySelector(".card-title").textContent ?? "";
  tip.replaceChildren(title, marker.dataset.quote ?? marksOf(card, marker.dataset.number).map((mark) => mark.textContent).join(""));
  (marker.closest("main") ?? document.body).append(tip); // within a landmark, as all that is read
  tip.hidden = false;
  marker.setAttribute("aria-describedby", tip.id);
  const place = marker.getBoundingClientRect();
  const above = place.top - tip.offsetHeight - 8;
  tip.style.top = `${above > 8 ? above : place.bottom + 8}px`;
  tip.style.left = `${Math.max(8, Math.min(place.left - 24, innerWidth - tip.offsetWidth - 8))}px`;
}

function hideTip() {
  tip.hidden = true;
}

for (const [begin, end] of [["pointerover", "pointerout"], ["focusin", "focusout"]]) {
  document.addEventListener(begin, (event) => event.target.closest?.(QUOTING) && showTip(event.target.closest(QUOTING)));
  document.addEventListener(end, (event) => event.target.closest?.(QUOTING) && hideTip());
}
document.addEventListener("scroll", hideTip, true);

/* ---- Keys: / asks, j and k go through the sources, Escape stops or closes, Ctrl+Enter sends ---- */

document.addEventListener("keydown", (event) => {
  const writing = event.target.matches?.("input, textarea, select, [contenteditable]");
  if (event.key === "Escape") leaveOrStop();
  else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send(event);
  else if (writing || event.ctrlKey || event.metaKey || event.altKey) return;
  else if (event.key === "/") startAsking(event);
  else if (event.key === "j" || event.key === "k") stepThroughSources(event.key === "j" ? 1 : -1);
});

function leaveOrStop() {
  const open = document.querySelector(".source-panel.shown");
  if (!tip.hidden) hideTip();
  else if (document.querySelector("#question .stop-button")) document.querySelector("#question .stop-button").click();
  else if (open) closePanel(open);
}

function send(event) {
  const part = event.target.closest("#question, #add-papers");
  part?.querySelector(".submit-button, #add-now")?.click();
}

function startAsking(event) {
  event.preventDefault();
  document.querySelector('[role="tab"][data-tab-id="chat"]')?.click();
  setTimeout(() => document.querySelector("#question textarea")?.focus(), 50);
}

function stepThroughSources(step) {
  const tabs = [...document.querySelectorAll(".turn-sources:not([hidden]) .card-number")].filter((tab) => tab.offsetParent);
  if (!tabs.length) return;
  const now = tabs.findIndex((tab) => tab.classList.contains("active"));
  const next = tabs[Math.max(0, Math.min(tabs.length - 1, now < 0 ? 0 : now + step))];
  const marker = document.querySelector(`[data-turn="${turnOf(next)}"] .marker[data-number="${next.dataset.number}"]`);
  showSource(marker ?? next);
}

/* ---- Copying ---- */

async function copyAnswer(button) {
  const answer = button.closest(".answer");
  const { markdown, unmarked } = answer.dataset;
  const text = button.dataset.style ? cited(answer, button.dataset.style) : markdown + sourceList(answer);
  await copyText(button, button.classList.contains("plain") ? unmarked : text);
}

async function copyText(button, text) {
  await navigator.clipboard.writeText(text);
  const label = button.textContent;
  button.textContent = button.dataset.done;
  setTimeout(() => (button.textContent = label), 1500);
}

// Markers that stand side by side become one bracket: (Lam et al., 2023; Chen et al., 2023) or [@lam2023; @chen2023].
function cited(answer, style) {
  const cards = new Map();
  for (const tab of document.querySelectorAll(`.turn-sources[data-turn="${answer.dataset.turn}"] .card-number`)) cards.set(tab.dataset.number, tab.closest(".card"));
  const known = (numbers) => [...new Set(numbers.map((number) => cards.get(number)).filter(Boolean))];
  const named = { authors: (all) => `(${all.map((card) => card.dataset.by).join("; ")})`, keys: (all) => `[${all.map((card) => `@${card.dataset.key}`).join("; ")}]` };
  const text = answer.dataset.markdown.replace(/\[\d+\](?:\[\d+\])*/g, (marks) => {
    const all = known(marks.match(/\d+/g));
    return all.length ? named[style](all) : marks;
  });
  const lines = [...new Set(cards.values())].map((card) => {
    const link = card.querySelector(".byline a")?.href ?? "";
    return `- ${style === "keys" ? `@${card.dataset.key}: ` : `${card.dataset.by}. `}${card.querySelector(".card-title").textContent}. ${link}`.trim();
  });
  return `${text}\n\n${lines.join("\n")}`;
}

function sourceList(answer) {
  const cards = document.querySelectorAll(`.turn-sources[data-turn="${answer.dataset.turn}"] .card`);
  const lines = [...cards].map((card) => {
    const link = card.querySelector(".byline a")?.href ?? "";
    const numbers = [...card.querySelectorAll(".card-number")].map((tab) => `[${tab.dataset.number}]`).join("");
    return `${numbers} ${card.querySelector(".card-title").textContent} ${link}`.trim();
  });
  return lines.length ? `\n\n${lines.join("\n")}` : "";
}

/* ---- A new question comes to the top, so that its answer is read from the beginning ---- */

let questions = 0;

function bringUpNewQuestion() {
  const rows = document.querySelectorAll("#conversation .user-row");
  const last = rows[rows.length - 1];
  if (last) leaveRoomUnder(last);
  if (rows.length > questions) last.scrollIntoView({ block: "start", behavior: calm.matches ? "auto" : "smooth" });
  questions = rows.length;
}

// As much as the question needs to reach the top, and no more: less and less as its answer grows.
function leaveRoomUnder(question) {
  const all = question.closest(".message-wrap"), end = all.lastElementChild.getBoundingClientRect().bottom;
  const missing = all.parentElement.clientHeight - (end - question.getBoundingClientRect().top) - LEAST_ROOM;
  all.style.paddingBottom = `${Math.max(LEAST_ROOM, missing)}px`;
}

/* ---- What Gradio leaves to be mended, each time that it has redrawn something ---- */

new MutationObserver(() => {
  bringUpNewQuestion();
  // Its list of examples holds buttons, which no list may.
  document.querySelector(".examples[role=list]")?.removeAttribute("role");
  // It redraws a box's attribute, which a box that was clicked no longer heeds.
  for (const box of document.querySelectorAll("input[data-action]")) box.checked = box.hasAttribute("checked");
}).observe(document.body, { childList: true, subtree: true, attributeFilter: ["checked"] });
