// The service, and nothing else: JSON over fetch to the same origin.

/** The service refused, or could not be reached. `problems` as in docs/json.md; empty where it gave none. */
export class Refused extends Error {
  constructor(title, problems = []) {
    super(title);
    this.problems = problems;
  }
}

/** How many requests are on their way; `watch` is told when that changes. */
let pending = 0;
let watcher = () => {};
export const watch = (told) => (watcher = told);

async function answered(request) {
  let response;
  watcher((pending += 1));
  try {
    response = await request;
  } catch {
    throw new Refused("unreachable");
  } finally {
    watcher((pending -= 1));
  }
  if (response.ok) return response;
  const body = await response.json().catch(() => ({}));
  throw new Refused(body.title ?? `${response.status}`, body.problems ?? []);
}

export async function get(path) {
  return (await answered(fetch(path, { headers: { accept: "application/json" } }))).json();
}

/** Text and files go as they are. */
const asked = (body, type) => ({
  method: "POST",
  headers: { "content-type": type },
  body: typeof body === "string" || body instanceof Blob ? body : JSON.stringify(body),
});

export async function post(path, body, type = "application/json") {
  return (await answered(fetch(path, asked(body, type)))).json();
}

/** A file as answer: its bytes. */
export async function file(path, body) {
  return (await answered(fetch(path, body === undefined ? {} : asked(body, "application/json")))).blob();
}

export async function remove(path) {
  await answered(fetch(path, { method: "DELETE" }));
}

/** Give the browser a file to save. */
export function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
