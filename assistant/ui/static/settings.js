/* What a reader sets for this browser: light or dark whatever the system says, and how close the lines stand.
   Gradio follows the system on its own; where its reader chose, its class is put right whenever it changes. */

const COMPACT = { "--fn-text": ".93rem", "--fn-leading": "1.45", "--fn-cell": ".22rem", "--fn-row": ".25rem" };
const kept = (name) => localStorage.getItem(`footnote-${name}`) ?? "";
const system = matchMedia("(prefers-color-scheme: dark)");

function colour() {
  const wanted = kept("theme") ? kept("theme") === "dark" : system.matches;
  if (document.body.classList.contains("dark") !== wanted) document.body.classList.toggle("dark", wanted);
}

function space() {
  const style = document.documentElement.style;
  for (const [name, value] of Object.entries(COMPACT)) {
    if (kept("density") === "compact") style.setProperty(name, value);
    else style.removeProperty(name);
  }
}

// The selects come with the page's parts, after this script: each shows what is kept when it is first reached.
function show(select) {
  if (select) select.value = kept(select.dataset.setting);
}

document.addEventListener("change", ({ target }) => {
  if (!target.matches?.("[data-setting]")) return;
  localStorage.setItem(`footnote-${target.dataset.setting}`, target.value);
  colour();
  space();
});
for (const reached of ["focusin", "pointerover", "click"]) {
  document.addEventListener(reached, ({ target }) => {
    const side = target.closest?.("#sidebar"); // a panel that opens has its parts a moment later
    if (side) requestAnimationFrame(() => side.querySelectorAll("[data-setting]").forEach(show));
  });
}

new MutationObserver(() => kept("theme") && colour()).observe(document.body, { attributeFilter: ["class"] });
system.addEventListener("change", () => kept("theme") && colour());
if (kept("theme")) colour();
space();
