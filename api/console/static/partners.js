// A partner's own page: the shelf, a live try, grants, keys and usage, all by the API that partners use.
const $ = (id) => document.getElementById(id);
let key = null;

function make(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

async function send(path, { method = "GET", body, product } = {}) {
  const headers = { "X-API-Key": key, Accept: "application/json" };
  if (body) headers["Content-Type"] = "application/json";
  if (product) headers["X-Product"] = product;
  const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body), cache: "no-store" });
  const text = await answer.text();
  let told = text;
  try { told = JSON.parse(text); } catch { /* not every answer is JSON: a statement, a feed */ }
  return { ok: answer.ok, status: answer.status, headers: answer.headers, told };
}

async function read(path) {
  const answer = await send(path);
  if (!answer.ok) throw new Error(answer.told.detail ?? `HTTP ${answer.status}`);
  return answer.told;
}

const day = (text) => (text ? text.slice(0, 16).replace("T", " ") : "–");
const count = (number) => number.toLocaleString();

function fill(table, names, rows) {
  const head = make("tr", {}, ...names.map((name) => make("th", { scope: "col", textContent: name })));
  const lines = rows.map((row) => make("tr", {}, ...row.map((cell) => {
    const td = make("td", {});
    td.append(cell instanceof Node ? cell : String(cell ?? "–"));
    if (String(cell).length > 28) td.className = "grow";
    return td;
  })));
  table.replaceChildren(make("thead", {}, head), make("tbody", {}, ...lines));
}

function showUsage(usage) {
  const tiles = ["day", "month"].map((name) => {
    const { tokens, limit, used_up_at: end, by_product: products } = usage[name];
    const share = limit ? Math.min(1, tokens / limit) : 1;
    const bar = make("div", { className: share > 0.9 || end ? "bar over" : "bar" }, make("i"));
    bar.firstChild.style.width = `${Math.max(0.5, 100 * share)}%`;
    const most = Object.entries(products).map(([product, sums]) => `${product}: ${count(sums.requests)}`).join(", ");
    return make("div", { className: "tile" },
      make("h3", {}, name === "day" ? "Today" : "This month", make("span", { className: end ? "mark bad" : "mark", textContent: end ? `used up ${day(end)}` : "lasts" })),
      make("div", { className: "number", textContent: count(tokens) }),
      bar,
      make("p", { className: "faint", textContent: `of ${count(limit)} tokens until ${day(usage[name].ends_at)} UTC. ${most}` }));
  });
  const refused = Object.entries(usage.refusals).map(([name, times]) => `${name} ${count(times)}`).join(", ");
  tiles.push(make("div", { className: "tile" }, make("h3", { textContent: "Now" }),
    make("div", { className: "number", textContent: count(usage.now.requests) }),
    make("p", { className: "faint", textContent: `requests in the last ${usage.now.span_s / 60} minutes, counted within two; ${count(usage.now.over_quota)} over quota. Turned away this month: ${refused || "none"}.` })));
  $("windows").replaceChildren(...tiles);
  $("advice").replaceChildren(...usage.to_change.map((each) => make("li", { textContent: each.says })));
}

function showStatements() {
  const month = new Date().toISOString().slice(0, 7);
  const links = ["csv", "json"].map((form) => make("a", {
    href: "#usage", textContent: `${month}.${form}`,
    onclick: async (event) => {
      event.preventDefault();
      const answer = await send(`/v1/usage/statements/${month}.${form}`);
      const text = typeof answer.told === "string" ? answer.told : JSON.stringify(answer.told, null, 2);
      $("told").textContent = `Statement of ${month}`;
      $("answer").textContent = text;
      $("answer").scrollIntoView({ block: "nearest" });
    },
  }));
  $("statements").replaceChildren("Statement: ", links[0], " · ", links[1]);
}

function showProducts(products) {
  $("products").replaceChildren(...products.map((product) => make("div", { className: "tile" },
    make("h3", {}, product.name, make("span", { className: "mark", textContent: product.simulated ? "simulated" : product.supply })),
    make("p", { textContent: product.description }),
    make("p", { className: "faint", textContent: `${product.fields.join(", ")}${product.delay_s ? ` · at least ${product.delay_s} s old` : ""} · version ${product.version}` }),
    make("p", { className: "faint", textContent: product.terms || `Supplied ${product.supplied}.` }),
    make("button", { type: "button", textContent: "Sample", ariaLabel: `Sample of ${product.name}`, onclick: async () => {
      const found = await read(`/v1/products/${encodeURIComponent(product.id)}`);
      $("told").textContent = `Sample of ${product.name}: invented, with the members it holds`;
      $("answer").textContent = JSON.stringify(found.sample_answer, null, 2);
      $("answer").scrollIntoView({ block: "nearest" });
    } }))));
  $("paths").replaceChildren(...[...new Set(["/v1/lines", "/v1/feeds", ...products.map((product) => product.sample)])].map((value) => make("option", { value })));
  const options = () => products.map((product) => make("option", { value: product.id, textContent: product.name }));
  $("under").replaceChildren(make("option", { value: "", textContent: "whichever holds it" }), ...options());
  $("product").replaceChildren(...options());
}

function showGrants(grants, requests) {
  const waiting = requests.filter((request) => request.state !== "approved");
  fill($("grants"), ["Product", "State", "Purpose", "Until", "By"], [
    ...grants.map((grant) => [grant.product_id, grant.state, grant.purpose, day(grant.expires_at), grant.rule]),
    ...waiting.map((request) => [request.product_id, request.state, request.asked.purpose, "–", request.reason]),
  ]);
}

function showKeys({ keys, this_key: mine }) {
  const live = keys.filter((each) => !each.revoked_at);
  fill($("keys"), ["Key", "Made", "Last used", "Ends", "Networks", ""], live.map((each) => [
    each.id + (each.id === mine ? " (this one)" : ""), day(each.created_at), day(each.last_used_at), day(each.expires_at),
    each.networks.join(", ") || "any",
    each.id === mine ? "" : make("button", { type: "button", className: "plain", textContent: "End", ariaLabel: `End key ${each.id}`, onclick: async () => {
      await send(`/v1/me/keys/${each.id}`, { method: "DELETE" });
      showKeys(await read("/v1/me/keys"));
    } }),
  ]));
}

function showNeeds(needs) {
  $("needs").replaceChildren(...needs.map((need) => make("li", { textContent: `${need.text} — ${need.answer || "not answered yet"}` })));
}

async function refresh() {
  const me = await read("/v1/me");
  $("who").textContent = `${me.partner.name} · plan ${me.plan.name} · key ${me.key_id}`;
  showProducts((await read("/v1/products")).products);
  showUsage(await read("/v1/usage"));
  showGrants((await read("/v1/me/grants")).grants, (await read("/v1/me/requests")).requests);
  showKeys(await read("/v1/me/keys"));
  showNeeds((await read("/v1/me/needs")).needs);
  showStatements();
}

function tellFailure(place, wrong) {
  place.textContent = wrong.message ?? wrong.told?.detail ?? String(wrong);
  place.classList.toggle("wrong", true);
}

// "burst";r=39;t=1, "day";r=18479;t=463 is how much is left of each, and the seconds until it is full or begins anew
function writeLimits(header) {
  const left = [...(header ?? "").matchAll(/"(\w+)";r=(\d+)/g)].map(([, name, tokens]) => `${count(Number(tokens))} of the ${name}`);
  return left.length ? `left: ${left.join(", ")}` : "costs no quota";
}

$("try").onsubmit = async (event) => {
  event.preventDefault();
  const started = performance.now();
  const answer = await send($("path").value, { product: $("under").value });
  const took = Math.round(performance.now() - started);
  $("told").textContent = `${answer.status} in ${took} ms · ${writeLimits(answer.headers.get("ratelimit"))}`;
  $("told").classList.toggle("wrong", !answer.ok);
  $("answer").textContent = typeof answer.told === "string" ? answer.told : JSON.stringify(answer.told, null, 2);
};

$("ask").onsubmit = async (event) => {
  event.preventDefault();
  const body = { product: $("product").value, purpose: $("purpose").value, days: Number($("days").value), trial: $("trial").checked };
  const { ok, told } = await send("/v1/me/grants", { method: "POST", body });
  $("decided").classList.toggle("wrong", !ok);
  if (!ok) $("decided").textContent = told.detail;
  else if (told.rule) $("decided").textContent = `Granted by rule ${told.rule}: ${told.rule_says}.`;
  else $("decided").textContent = `Waits for staff: ${told.reason}.`;
  showGrants((await read("/v1/me/grants")).grants, (await read("/v1/me/requests")).requests);
};

$("rotate").onclick = async () => {
  const { ok, told } = await send("/v1/me/keys/rotate", { method: "POST", body: { overlap_hours: 24 } });
  $("new-key").classList.toggle("wrong", !ok);
  $("new-key").replaceChildren(...(ok ? ["Keep it now: it is not shown again.", make("code", { textContent: told.key })] : [told.detail]));
  showKeys(await read("/v1/me/keys"));
};

$("need").onsubmit = async (event) => {
  event.preventDefault();
  const { ok, told } = await send("/v1/me/needs", { method: "POST", body: { text: $("need-text").value } });
  if (ok) $("need-text").value = "";
  else $("need-text").setCustomValidity(told.detail);
  showNeeds((await read("/v1/me/needs")).needs);
};

$("ask-key").onclose = () => {
  key = $("key").value.trim();
  sessionStorage.setItem("headway-key", key);
  start();
};

async function start() {
  try {
    await refresh();
  } catch (wrong) {
    tellFailure($("who"), wrong);
    if (!$("ask-key").open) $("ask-key").showModal();
  }
}

async function begin() {
  const answer = await fetch("/console/session", { headers: { Accept: "application/json" } });
  key = sessionStorage.getItem("headway-key") ?? (answer.ok ? (await answer.json()).key : null);
  if (!key) { $("ask-key").showModal(); return; }
  start();
}

begin();
