// An application, in the shape of the file that the command line takes. Every function returns a new one.

export function blank(today) {
  return {
    applicant: { id: "applicant", facts: {} },
    items: [],
    year: Number(today.slice(0, 4)),
    date: today,
    history: "partial",
    grants: [],
  };
}

/** What a file may leave out, put in. Everything else is kept as it is. */
export function completed(found) {
  const items = (found.items ?? []).map((item) => ({ ...item, facts: item.facts ?? {} }));
  const applicant = { ...found.applicant, facts: found.applicant?.facts ?? {} };
  return { ...found, applicant, items, grants: found.grants ?? [], year: Number(found.year) };
}

/** What the service takes: unanswered parts left out. */
export function stated(application) {
  const { date, grants, ...rest } = application;
  return { ...rest, ...(date ? { date } : {}), ...(grants.length ? { grants } : {}) };
}

export function value(application, item, fact) {
  const place = item === null ? application.applicant : application.items.find((one) => one.id === item);
  return place?.facts[fact];
}

/** undefined takes the fact out. */
export function withFact(application, item, fact, text) {
  const put = (place) => {
    const facts = { ...place.facts };
    if (text === undefined) delete facts[fact];
    else facts[fact] = text;
    return { ...place, facts };
  };
  if (item === null) return { ...application, applicant: put(application.applicant) };
  return { ...application, items: application.items.map((one) => (one.id === item ? put(one) : one)) };
}

export function withItem(application, kind) {
  const ids = new Set(application.items.map((item) => item.id));
  const stem = kind.replaceAll("_", "-");
  let at = 1;
  while (ids.has(`${stem}-${at}`)) at += 1;
  return { ...application, items: [...application.items, { id: `${stem}-${at}`, kind, facts: {} }] };
}

export function withoutItem(application, id) {
  const grants = application.grants.filter((grant) => grant.item !== id);
  return { ...application, grants, items: application.items.filter((item) => item.id !== id) };
}

export const known = (text) => text !== undefined && text !== null && text !== "unknown";
