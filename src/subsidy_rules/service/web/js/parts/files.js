// Files in and out: an application that somebody opens, and what the browser saves.

import { html } from "../../vendor/lit-html/lit-html.js";
import { open } from "../store.js";

export { save } from "../api.js";

/** A button that opens an application file; the service reads it, YAML or JSON. */
export function file(text, accept) {
  return html`<label class="button file">${text}
    <input type="file" accept=${accept} @change=${read}></label>`;
}

async function read(event) {
  const [chosen] = event.target.files;
  event.target.value = ""; // the same file can be opened again
  if (chosen) await open(await chosen.text(), /\.json$/i.test(chosen.name) ? "json" : "yaml");
}
