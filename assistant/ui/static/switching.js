/* From one library to another, and from one language to another: pages of their own, so that each can be linked to. */

const YEAR = 31536000; // seconds for which a chosen language is kept

document.documentElement.lang = document.querySelector('meta[name="footnote-language"]').content;

document.addEventListener("change", ({ target }) => {
  if (!target.matches?.("[data-way]")) return;
  const code = target.selectedOptions[0].dataset.code;
  if (code) document.cookie = `footnote-language=${code}; path=/; max-age=${YEAR}; samesite=lax`;
  location.assign(target.value);
});

document.addEventListener("submit", (event) => {
  const form = event.target.closest?.("form[data-library]");
  if (!form) return;
  event.preventDefault();
  if (!form.dataset.surely || confirm(form.dataset.surely)) change(form);
});

// A library that was made is opened, one that was renamed is shown anew, and from one that is gone leads the first.
async function change(form) {
  const menu = form.closest(".libraries"), { root, key } = menu.dataset, method = form.dataset.library;
  const body = method === "DELETE" ? undefined : JSON.stringify(Object.fromEntries(new FormData(form)));
  const address = `${root}libraries${method === "POST" ? "" : `/${key}`}`;
  const reply = await fetch(address, { method, body, headers: { "Content-Type": "application/json" } });
  const told = await reply.json();
  if (!reply.ok) {
    const line = menu.querySelector(".trouble");
    line.textContent = typeof told.detail === "string" ? told.detail : reply.statusText;
    line.hidden = false;
  } else if (method === "POST") location.assign(`${root}library/${told.key}/`);
  else if (method === "DELETE") location.assign(root);
  else location.reload();
}

document.addEventListener("click", ({ target }) => {
  for (const menu of document.querySelectorAll(".libraries[open]")) if (!menu.contains(target)) menu.open = false;
});
document.addEventListener("keydown", ({ key }) => {
  const menu = key === "Escape" && document.querySelector(".libraries[open]");
  if (menu) (menu.open = false), menu.querySelector("summary").focus();
});
