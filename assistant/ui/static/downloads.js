/* A file that the server has written as text is saved by the browser; nothing is left on the server. */

watch("value", () => {
  if (!props.value) return;
  const { name, type, text } = JSON.parse(props.value);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
});
