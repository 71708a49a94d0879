// The axis of a curve: a quantity as a whole number (fen, millionths of a rate or number, a count), and as an application states it.

import { known } from "./application.js";
import { money, stated } from "./money.js";

/** A told value on the axis; null where nothing, or no such quantity, is told. */
export function rawOf(kind, told) {
  if (!known(told)) return null;
  if (kind === "money") return stated(told) === null ? null : Number(stated(told));
  const found = /^(\d+)(?:\.(\d{1,6}))?%?$/.exec(told);
  if (!found) return null;
  const digits = PLACES[kind] ?? 0;
  return Number(found[1] + (found[2] ?? "").padEnd(digits, "0").slice(0, digits));
}

const PLACES = { rate: 4, number: 6 }; // a rate's per cent and a number, in millionths

/** A place on the axis as an application states it: exact, for the engine is asked there. */
export function textOf(kind, raw) {
  if (kind === "money") return money(BigInt(raw), "zh");
  const text = decimal(`${raw}`, PLACES[kind] ?? 0);
  return kind === "rate" ? `${text}%` : text;
}

function decimal(digits, places) {
  const padded = digits.padStart(places + 1, "0");
  const rest = places ? padded.slice(-places).replace(/0+$/, "") : "";
  return padded.slice(0, padded.length - places) + (rest ? `.${rest}` : "");
}
