// Amounts. Inside a BigInt of fen (1/100 yuan); from the service and to it as text. No float ever holds one.

const UNITS = { 元: 100n, 万元: 1_000_000n, 亿元: 10_000_000_000n };
const LARGE = [["亿元", 10_000_000_000n], ["万元", 1_000_000n]];

/** "500000.00" (yuan, as the service writes it) → fen. null, which means open, stays null. */
export function fen(yuan) {
  if (yuan === null || yuan === undefined) return null;
  const found = /^(-?)(\d+)\.(\d\d)$/.exec(yuan);
  if (!found) throw new TypeError(`no amount: ${yuan}`);
  const value = BigInt(found[2]) * 100n + BigInt(found[3]);
  return found[1] ? -value : value;
}

/** Fen → "500万元"; in English "5,000,000元", as the library writes it. Exact, never rounded. */
export function money(value, lang) {
  if (value === null) return lang === "zh" ? "未定额" : "open";
  const sign = value < 0n ? "-" : "";
  const size = value < 0n ? -value : value;
  if (lang === "zh") {
    for (const [unit, scale] of LARGE) {
      if (size >= scale && size % (scale / 10_000n) === 0n) return sign + decimal(size, scale) + unit;
    }
    return sign + decimal(size, 100n, 2) + "元";
  }
  const [whole, cents] = decimal(size, 100n, 2).split(".");
  return `${sign}${grouped(whole)}${cents ? "." + cents : ""}元`;
}

/** A change, with its sign: "+50万元". */
export function change(value, lang) {
  return (value > 0n ? "+" : "") + money(value, lang);
}

function decimal(size, scale, places = 4) {
  const whole = size / scale;
  const rest = ((size % scale) * 10n ** BigInt(places)) / scale;
  if (rest === 0n) return `${whole}`;
  const digits = `${rest}`.padStart(places, "0");
  return `${whole}.${places === 2 ? digits : digits.replace(/0+$/, "")}`;
}

const grouped = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ",");

/** "1.5亿元" (as an application states it) → fen; null where it is no amount. */
export function stated(text) {
  const found = /^(\d{1,13})(?:\.(\d{1,6}))?(元|万元|亿元)$/.exec(text);
  if (!found) return null;
  const places = (found[2] ?? "").padEnd(6, "0");
  const micro = (BigInt(found[1]) * 1_000_000n + BigInt(places)) * UNITS[found[3]];
  return micro % 1_000_000n === 0n ? micro / 1_000_000n : null;
}

/** Fen → text for an application, in the largest unit that is exact. */
export const state = (value) => money(value, "zh");

/** What somebody typed into a field with a unit: "1,200.5" and 万元 → "1200.5万元"; an amount with its own unit keeps it. */
export function typed(text, unit) {
  const plain = text.trim().replace(/[,，\s]/g, "").replace(/[０-９．]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0));
  const found = /^([\d.]+)(亿元?|万元?|元)?$/.exec(plain);
  if (!found) return plain;
  const own = found[2] && (found[2].endsWith("元") ? found[2] : `${found[2]}元`);
  return found[1] + (own ?? unit);
}

/** A share of a whole in hundredths of a per cent, for drawing only: 0 … 100. */
export function percent(part, whole) {
  if (!whole || whole <= 0n) return 0;
  const clipped = part < 0n ? 0n : part > whole ? whole : part;
  return Number((clipped * 10_000n) / whole) / 100;
}

export const most = (values) => values.reduce((best, one) => (one > best ? one : best), 0n);
