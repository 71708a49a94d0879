// A client of the service after docs/openapi.json, with fetch alone: node 18 or newer, Deno, or a browser.
// Amounts are text in yuan. They become BigInt fen where they are computed with, never a floating-point number.
//
//     node client.mjs http://127.0.0.1:8000 application.json [policy …]

export class Refused extends Error {
  /** Problem details after RFC 9457; `problems` holds all that is wrong with the input, at once. */
  constructor(status, body) {
    super(`${body.code} ${body.title}`);
    this.status = status;
    this.code = body.code;
    this.problems = body.problems ?? [];
  }
}

/** Any route that takes JSON. `key`: for the ledger. */
export async function post(service, path, data, key) {
  const headers = { "Content-Type": "application/json" };
  if (key) headers.Authorization = `Bearer ${key}`;
  const reply = await fetch(new URL(path, service), { method: "POST", headers, body: JSON.stringify(data) });
  const body = await reply.json();
  if (!reply.ok) throw new Refused(reply.status, body);
  return body;
}

/** "1234.50" → 123450n */
export function fen(yuan) {
  const [, sign, whole, cents] = /^(-?)(\d+)\.(\d{2})$/.exec(yuan);
  return BigInt(`${sign}${whole}${cents}`);
}

/** Cash to the applicant over all policies that were asked for, in fen: [assured, ceiling]. */
export async function cash(service, application, policies = []) {
  const { assessment } = await post(service, "/v1/assess", { application, policies });
  const own = assessment.totals.filter((one) => one.payee === "applicant" && one.kind === "cash");
  const sum = (end) => own.reduce((total, one) => total + fen(one[end]), 0n);
  return [sum("assured"), sum("ceiling")];
}

if (globalThis.process?.argv[1]?.endsWith("client.mjs")) {
  const { readFile } = await import("node:fs/promises");
  const [service, file, ...policies] = process.argv.slice(2);
  try {
    const [assured, ceiling] = await cash(service, JSON.parse(await readFile(file, "utf-8")), policies);
    console.log(`assured ${assured} ceiling ${ceiling} fen`);
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused;
    console.error(refused.message);
    for (const one of refused.problems) console.error(`${one.code} ${one.field ?? ""}: ${one.meaning.en}`);
    process.exit(1);
  }
}
