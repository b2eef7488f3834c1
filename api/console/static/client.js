// Talks to the public API as a polite partner does: one key, entity tags, and silence for as long as a refusal asks.
const kept = new Map(); // url -> {tag, body}
const KEPT_MAX = 400;
let key = null;
let quietUntil = 0;

export class Refused extends Error {
  constructor(status, problem) {
    super(problem?.detail || problem?.title || `HTTP ${status}`);
    this.status = status;
    this.problem = problem;
  }
}

export const quietFor = () => Math.max(0, (quietUntil - Date.now()) / 1000);
export const setKey = (text) => { key = text; };

export async function openSession() {
  const answer = await fetch("/console/session", { headers: { Accept: "application/json" } });
  if (answer.ok) key = (await answer.json()).key;
  else key = sessionStorage.getItem("headway-key");
  return Boolean(key);
}

export async function ask(path, { signal } = {}) {
  if (quietFor() > 0) throw new Refused(429, { title: "quiet" });
  const before = kept.get(path);
  const headers = { "X-API-Key": key, Accept: "application/json" };
  if (before) headers["If-None-Match"] = before.tag;
  const answer = await fetch(path, { headers, signal, cache: "no-store" });
  if (answer.status === 304 && before) return before.body;
  if (answer.ok) {
    const body = await answer.json();
    const tag = answer.headers.get("ETag");
    kept.delete(path);
    if (tag) kept.set(path, { tag, body });
    if (kept.size > KEPT_MAX) kept.delete(kept.keys().next().value);
    return body;
  }
  if (answer.status === 429) {
    quietUntil = Date.now() + 1000 * Math.min(600, Number(answer.headers.get("Retry-After")) || 5);
  }
  throw new Refused(answer.status, await answer.json().catch(() => null));
}

// Asks again and again, each time `everyS` after the last answer, slower while the page is hidden or answers fail.
export function poll(task, everyS) {
  let timer = 0, failures = 0, stopped = false;
  const again = () => {
    const wait = Math.max(everyS * Math.min(8, 2 ** failures), quietFor()) * (document.hidden ? 6 : 1);
    timer = setTimeout(run, wait * 1000 * (0.9 + 0.2 * Math.random()));
  };
  async function run() {
    try { await task(); failures = 0; } catch (wrong) { failures += 1; if (!(wrong instanceof Refused || wrong instanceof TypeError)) console.error(wrong); }
    if (!stopped) again();
  }
  run();
  return () => { stopped = true; clearTimeout(timer); };
}
