/* From a click in our own HTML to an event of Gradio: any part with data-action="…" (see page.js) ends up here.
   Gradio knows a custom event by its quoted name in this file, so every action of the page is listed. */

const actions = [
  "open_comparison", "show_scores",
  "sort_papers", "turn_page", "pick_paper", "pick_none", "open_paper", "remove_papers", "narrow_papers",
  "open_conversation", "delete_conversation",
  "chat_only", "ask_about", "open_news", "news_seen", "compare_papers", "all_papers", "drop_condition", "narrow_chat", "keep_condition", "offer_names", "keep_note", "pin_answer", "export_notes",
  "add_column", "sort_column", "hide_column", "show_column", "drop_column", "open_cell", "turn_table", "tabulate_papers", "tabulate_answer",
];

document.addEventListener("footnote", ({ detail }) => {
  if (actions.includes(detail.action)) trigger(detail.action, detail);
});
