/* A file that the server has written, as text or as bytes in base64, is saved by the browser; nothing is left on the server. */

watch("value", () => {
  if (!props.value) return;
  const { name, type, text, base64 } = JSON.parse(props.value);
  const content = base64 ? Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)) : text;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
});
