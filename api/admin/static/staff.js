// The staff's page: what waits for a decision, what can be done, what there is, the audit; all by /v1/admin.
const $ = (id) => document.getElementById(id);
const LISTS = ["partners", "keys", "plans", "products", "owners", "grants", "requests", "needs"];
const COLUMNS = {
  partners: ["name", "id", "plan", "contact", "created_at", "suspended_at"],
  keys: ["id", "partner_id", "created_at", "last_used_at", "expires_at", "revoked_at"],
  plans: ["name", "burst_per_s", "burst_size", "per_day", "per_month", "streams", "weights"],
  products: ["id", "version", "name", "supply", "fields", "published_at", "withdrawn_at"],
  owners: ["name", "id", "feeds", "timetables", "terms"],
  grants: ["id", "partner_id", "product_id", "state", "purpose", "expires_at", "rule"],
  requests: ["id", "partner_id", "product_id", "state", "asked_at", "rule", "reason"],
  needs: ["id", "partner_id", "text", "posted_at", "answer", "product_id"],
};
let token = sessionStorage.getItem("headway-staff");
let acts = [];

function make(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

async function send(path, { method = "GET", body } = {}) {
  const headers = { Accept: "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body) headers["Content-Type"] = "application/json";
  const answer = await fetch(`/v1/admin${path}`, { method, headers, body: body && JSON.stringify(body), cache: "no-store" });
  const told = await answer.json();
  if (answer.status === 401 && path !== "/login") askLogin("");
  return { ok: answer.ok, status: answer.status, told };
}

function write(value) {
  if (value === null || value === undefined || value === "") return "–";
  if (typeof value === "string") return /^\d{4}-\d\d-\d\dT/.test(value) ? value.slice(0, 16).replace("T", " ") : value;
  if (Array.isArray(value) && value.every((each) => typeof each !== "object")) return value.join(", ") || "–";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function fill(table, caption, names, rows) {
  const cells = (row) => row.map((cell) => {
    const shown = cell instanceof Node ? cell : write(cell);
    return make("td", { className: String(shown).length > 28 ? "grow" : "" }, shown);
  });
  const head = make("tr", {}, ...names.map((name) => make("th", { scope: "col", textContent: name.replaceAll("_", " ") })));
  const none = make("tr", {}, make("td", { colSpan: names.length || 1, className: "faint", textContent: "none" }));
  const lines = rows.length ? rows.map((row) => make("tr", {}, ...cells(row))) : [none];
  table.replaceChildren(make("caption", { textContent: caption }), make("thead", {}, head), make("tbody", {}, ...lines));
}

const button = (textContent, onclick, className = "") => make("button", { type: "button", textContent, onclick, className });

function tellDone({ ok, status, told }) {
  $("done").classList.toggle("wrong", !ok);
  if (!ok) $("done").replaceChildren(told.detail ?? "It could not be done.");
  else if (status === 202) $("done").replaceChildren(`Another of the staff must confirm it: act ${told.id} waits.`);
  else if (told.key) $("done").replaceChildren("Done. The key is shown this once:", make("code", { textContent: told.key }));
  else $("done").replaceChildren("Done.", make("pre", { textContent: JSON.stringify(told, null, 2) }));
  $("done").scrollIntoView({ block: "nearest" });
}

async function carryOut(act, given) {
  tellDone(await send("/acts", { method: "POST", body: { act, arguments: given } }));
  await showWaiting();
}

async function decide(id, word) {
  tellDone(await send(`/acts/waiting/${id}/${word}`, { method: "POST" }));
  await showWaiting();
}

async function showWaiting() {
  const { told: { requests = [] } } = await send("/requests");
  const open = requests.filter((each) => each.state === "waiting");
  fill($("requests"), "Partners' requests for grants", ["product", "partner", "purpose", "why it waits", ""], open.map((each) => [
    each.product_id, each.partner_id, each.asked.purpose, each.reason,
    make("span", {}, button("Approve", () => carryOut("approve_request", { request: each.id })), button("Refuse", () => {
      const reason = prompt("Why? The partner reads it.");
      if (reason) carryOut("refuse_request", { request: each.id, reason });
    }, "plain")),
  ]));
  const { told: { waiting = [] } } = await send("/acts/waiting");
  fill($("waiting"), "Acts that need a second of the staff", ["act", "arguments", "asked by", "since", ""], waiting.map((each) => [
    each.act, each.arguments, each.asked_by, each.asked_at,
    make("span", {}, ...(each.yours_to_confirm ? [button("Confirm", () => decide(each.id, "confirm"))] : []), button("Refuse", () => decide(each.id, "refuse"), "plain")),
  ]));
}

async function showList(name) {
  for (const each of $("lists").children) each.ariaPressed = String(each.textContent === name);
  const { told } = await send(`/${name}`);
  fill($("list"), "", COLUMNS[name], (told[name] ?? []).map((each) => COLUMNS[name].map((column) => each[column])));
}

const kindOf = (schema) => schema.type ?? schema.anyOf?.map((each) => each.type).find((type) => type && type !== "null");

function resolve(schema, definitions) {
  return schema.$ref ? definitions[schema.$ref.split("/").pop()] : schema;
}

function showArguments() {
  const act = acts.find((each) => each.act === $("act").value);
  const definitions = act.arguments.$defs ?? {};
  const schema = resolve(act.arguments, definitions);
  $("about").textContent = `${(schema.description ?? "").replaceAll("`", "")} ${act.needs_confirmation ? "Another of the staff must confirm it." : ""}${act.is_yours ? "" : ` It is for the role ${act.role}.`}`;
  const required = new Set(schema.required ?? []);
  const sorted = Object.entries(schema.properties ?? {}).sort(([one], [other]) => required.has(other) - required.has(one));
  const fields = sorted.flatMap(([name, of]) => {
    const kind = kindOf(of);
    const isPlain = ["string", "number", "integer"].includes(kind);
    const input = make(isPlain ? "input" : kind === "boolean" ? "select" : "textarea", { id: `of-${name}`, name, required: required.has(name) });
    if (isPlain) input.type = kind === "string" ? "text" : "number", input.step = "any";
    else if (kind === "boolean") input.append(...["", "true", "false"].map((value) => make("option", { value, textContent: value || "as it is" })));
    else input.placeholder = kind === "array" ? '["…"] (JSON)' : "{…} (JSON)";
    if (of.default !== undefined && of.default !== null) input.value = isPlain ? of.default : JSON.stringify(of.default);
    return [make("label", { htmlFor: input.id, textContent: name.replaceAll("_", " ") }), input];
  });
  $("arguments").replaceChildren(...fields, make("button", { type: "submit", textContent: act.needs_confirmation ? "Ask for it" : "Do it", disabled: !act.is_yours }));
  $("done").replaceChildren();
}

$("arguments").onsubmit = async (event) => {
  event.preventDefault();
  const given = {};
  for (const input of $("arguments").elements) {
    if (!input.name || input.value === "") continue;
    try {
      given[input.name] = ["TEXTAREA", "SELECT"].includes(input.tagName) ? JSON.parse(input.value) : input.type === "number" ? Number(input.value) : input.value;
    } catch { tellDone({ ok: false, told: { detail: `${input.name}: this is no JSON.` } }); return; }
  }
  await carryOut($("act").value, given);
};

$("search").onsubmit = async (event) => {
  event.preventDefault();
  const { ok, told } = await send(`/audit/search?text=${encodeURIComponent($("text").value)}&limit=100`);
  $("found").textContent = ok ? `${told.entries.length} entries, newest first` : told.detail;
  if (ok) fill($("entries"), "", ["seq", "at", "action", "by", "particulars"], told.entries.map((each) => [each.seq, each.at, each.action, each.entry.actor, each.entry.detail]));
};

$("log-out").onclick = async () => {
  await send("/logout", { method: "POST" });
  sessionStorage.removeItem("headway-staff");
  location.reload();
};

function askLogin(why) {
  $("refused").textContent = why;
  if (!$("log-in").open) $("log-in").showModal();
}

$("log-in").onsubmit = async (event) => {
  event.preventDefault();
  const { ok, told } = await send("/login", { method: "POST", body: { login: $("login").value, password: $("password").value } });
  if (!ok) { askLogin(told.detail); return; }
  token = told.token;
  sessionStorage.setItem("headway-staff", token);
  $("password").value = "";
  $("log-in").close();
  await begin();
};

async function begin() {
  const { ok, told: me } = token ? await send("/me") : { ok: false };
  if (!ok) { askLogin(""); return; }
  $("who").textContent = `${me.login} · ${me.roles.join(", ")}`;
  $("log-out").hidden = false;
  document.querySelector("main").hidden = false;
  $("audit").hidden = !me.roles.includes("auditor");
  ({ told: { acts } } = await send("/acts"));
  $("act").replaceChildren(...acts.map((each) => make("option", { value: each.act, textContent: each.act.replaceAll("_", " ") })));
  $("act").onchange = showArguments;
  showArguments();
  $("lists").replaceChildren(...LISTS.map((name) => button(name, () => showList(name))));
  await showWaiting();
  await showList("partners");
}

begin();
