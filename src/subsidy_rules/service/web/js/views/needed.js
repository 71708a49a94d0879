// What a page shows that has no answer to speak of yet.

import { html } from "../../vendor/lit-html/lit-html.js";
import { state } from "../store.js";
import { t } from "../words.js";

export const needed = () =>
  state.busy ? html`<p class="empty">${t("wait")}</p>` : html`<p class="empty">${t("choose_first")} <a href="#/">${t("calculator")}</a></p>`;
