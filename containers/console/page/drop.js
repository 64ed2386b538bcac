// Where files come in: dropped anywhere on the page, or chosen.

import { announce, byId } from "./dom.js";

export function createDrop({ onFiles }) {
  const zone = byId("drop");
  const input = byId("files");
  /** Entering a child comes before leaving its parent, so enters and leaves are counted. */
  let depth = 0;

  const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
  const over = (isOver) => zone.toggleAttribute("data-over", isOver);

  addEventListener("dragenter", (event) => {
    if (carriesFiles(event)) over(++depth > 0);
  });
  addEventListener("dragleave", (event) => {
    if (carriesFiles(event)) over(--depth > 0);
  });
  addEventListener("dragover", (event) => {
    if (carriesFiles(event)) event.preventDefault();
  });
  addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    depth = 0;
    over(false);
    const items = [...event.dataTransfer.items].filter(({ kind }) => kind === "file");
    const folders = items.filter((item) => item.webkitGetAsEntry?.()?.isDirectory);
    if (folders.length > 0) announce("Folders are left out: open the folder and drop the files in it.");
    const files = items.filter((item) => !folders.includes(item)).map((item) => item.getAsFile());
    take(
      files.filter((file) => file !== null),
      folders.length,
    );
  });
  input.addEventListener("change", () => {
    take([...input.files], 0);
    // The same file can be chosen again.
    input.value = "";
  });

  function take(files, folders) {
    const hint = zone.querySelector(".drop-hint");
    if (folders > 0) hint.textContent = "Folders are left out: open the folder and drop the files in it.";
    if (files.length > 0) onFiles(files);
  }
}
