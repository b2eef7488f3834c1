// An answer of the past, taken apart: when it was told to come, why, and when it came. All of it is /v1/answers/{id}.
import { ask, openSession, setKey, Refused } from "./client.js";
import { listOf, readAnswer } from "./answers.js";
import { make } from "./panel.js";
import { ANSWER_WORDS } from "./answer_words.js";
import { addWords, getLanguage, say, setLanguage } from "./words.js";

addWords(ANSWER_WORDS);
const part = (id) => document.getElementById(id);
const RULER_MARGIN = 0.08, RULER_LEAST_S = 120;
let answer = null, wrong = null;

const clockOf = (text) => (text ? text.slice(11, 19) : "–");
const signed = (seconds) => (seconds > 0 ? `+${seconds}` : seconds < 0 ? `−${-seconds}` : "0");

function section(title, ...children) {
  return make("section", {}, make("h2", {}, say(title)), ...children);
}

const lacks = (word) => make("p", { class: "lacks" }, say(word));

function lead(told) {
  const { served, happened } = told;
  if (!served?.at || !happened) return null;
  const late = Math.round(happened.at - served.at);
  const inside = served.early && served.late && happened.at >= served.early && happened.at <= served.late;
  return make("p", { class: "lead" }, say(late === 0 ? "cameThen" : late > 0 ? "cameLater" : "cameEarlier", Math.abs(late)), " ",
    inside == null || served.early == null ? null : say(inside ? "insideBand" : "outsideBand"));
}

// Rows of one clock: what was served, what today's rules say, what was seen.
function ruler(told) {
  const rows = [["served", told.served, "then"], ["again", told.again, "today"], ["real", told.happened, "seen"]].filter(([, row]) => row?.at);
  if (!rows.length) return lacks("noTimes");
  const moments = [told.computed, ...rows.flatMap(([, row]) => [row.early, row.at, row.late])].filter(Boolean);
  const span = Math.max(RULER_LEAST_S, Math.max(...moments) - Math.min(...moments));
  const first = Math.min(...moments) - span * RULER_MARGIN, whole = span * (1 + 2 * RULER_MARGIN);
  const at = (moment) => `${Math.min(100, Math.max(0, ((moment - first) / whole) * 100))}%`;
  const place = (node, moment) => { node.style.left = at(moment); return node; };
  const box = make("div", { class: "ruler", role: "img", "aria-label": rows.map(([, row, word]) => `${say(word)} ${row.clock}`).join(", ") });
  rows.forEach(([kind, row, word], order) => {
    const line = make("div", { class: `row ${kind}` });
    line.style.top = `${8 + order * 34}px`;
    if (row.early && row.late) {
      const band = place(make("i", { class: "band" }), row.early);
      band.style.width = `${((row.late - row.early) / whole) * 100}%`;
      line.append(band);
    }
    const right = (row.at - first) / whole < 0.62;
    line.append(place(make("i", { class: "mid" }), row.at), place(make("span", { class: right ? "name" : "name left" }, `${say(word)} ${row.clock}`), right ? row.late ?? row.at : row.early ?? row.at));
    box.append(line);
  });
  for (const [moment, text] of [[told.computed, told.computedClock], [rows[0][1].at, rows[0][1].clock]]) {
    if (moment) box.append(place(make("span", { class: "tick" }, text), moment));
  }
  return box;
}

function terms(told) {
  const found = told.again?.terms;
  if (!found) return lacks("noTerms");
  const entries = Object.entries(found), sum = entries.reduce((all, [, seconds]) => all + seconds, 0);
  const reach = Math.max(1, ...entries.map(([, seconds]) => Math.abs(seconds)), Math.abs(sum));
  const list = make("ol", { class: "terms" });
  let from = 0;
  for (const [name, seconds] of entries) {
    const bar = make("i"), low = Math.min(from, from + seconds);
    bar.style.left = `${Math.max(0, (low / reach) * 100)}%`;
    bar.style.width = `${(Math.abs(seconds) / reach) * 100}%`;
    list.append(make("li", { class: seconds < 0 ? "less" : "" }, make("span", {}, say(name)), make("span", { class: "way", "aria-hidden": "true" }, bar), make("b", {}, `${signed(seconds)} s`)));
    from += seconds;
  }
  list.append(make("li", { class: "sum" }, make("span", {}, say("sum")), make("span", { class: "way" }, `${told.again.computedClock} → ${told.again.clock ?? "–"}`), make("b", {}, `${sum} s`)));
  return list;
}

function table(heads, rows) {
  const head = make("tr", {}, ...heads.map((word) => make("th", { scope: "col" }, say(word))));
  const body = rows.map((row) => make("tr", {}, ...row.map((cell) => make("td", { class: "num" }, cell == null ? "–" : String(cell)))));
  return make("div", { class: "wide" }, make("table", {}, make("thead", {}, head), make("tbody", {}, ...body)));
}

function facts(pairs) {
  const list = make("dl", { class: "facts-list" });
  for (const [word, value] of pairs) list.append(make("div", {}, make("dt", {}, say(word)), make("dd", {}, value == null ? "–" : String(value))));
  return list;
}

function reports(told) {
  if (!told.reports.length) return lacks("noReports");
  return table(["reportedAt", "polledAt", "vehicle", "where"], told.reports.map((each) => [clockOf(each.reported), clockOf(each.polled), each.vehicle, each.where]));
}

function match(told) {
  if (!told.match) return lacks("noMatch");
  const { progress, next, state, verdict, reason, feed, seen } = told.match;
  return facts([["progress", progress == null ? null : `${progress} m`], ["nextStop", next], ["state", state && say(state)],
    ["verdict", verdict && (reason ? `${say(verdict)} · ${say(reason)}` : say(verdict))], ["seenAt", clockOf(seen)], ["feed", feed]]);
}

function compare(told) {
  const row = (word, times) => [say(word), times?.earlyClock, times?.clock, times?.lateClock];
  return table(["which", "early", "middle", "late"], [row("then", told.served), row("today", told.again), row("seen", told.happened)]);
}

function board(told) {
  if (!told.computedText) return null;
  const box = section("boardThen"), button = make("button", { type: "button" }, say("showBoard"));
  button.addEventListener("click", async () => {
    button.disabled = true;
    const path = `/v1/stops/${encodeURIComponent(told.stop.id)}/arrivals?limit=12&as_of=${encodeURIComponent(told.computedText)}`;
    try {
      const then = await ask(path);
      button.replaceWith(table(["line", "headsign", "middle", "basis"], listOf(then, "arrivals").map((each) =>
        [each.line.short_name || each.line.long_name, each.headsign, clockOf(each.expected_at ?? each.expected_departure_at ?? each.aimed_at ?? each.aimed_departure_at), say(each.basis)])));
    } catch (refused) {
      button.disabled = false;
      box.append(make("p", { class: "wrong" }, refused.message));
    }
  });
  box.append(button);
  return box;
}

function draw() {
  const main = part("told");
  if (wrong) return main.replaceChildren(make("section", {}, make("p", { class: "wrong" }, wrong)));
  if (!answer) return main.replaceChildren(make("section", {}, make("p", {}, say("howTo"))));
  const told = readAnswer(answer);
  main.replaceChildren(
    make("section", { class: "who" }, make("h2", {}, told.stop.name), make("p", { class: "faint" }, say("ofRun", told.run, told.computedClock ?? "–")), lead(told), ruler(told), make("div", { class: "after" }, compare(told))),
    section("termsTitle", make("p", { class: "faint" }, say("termsWhy")), terms(told)),
    section("reportsTitle", reports(told)),
    section("matchTitle", match(told)),
    board(told) ?? "");
}

async function explain(id) {
  wrong = answer = null;
  part("id").value = id;
  if (!id) return draw();
  part("told").replaceChildren(make("section", {}, make("p", {}, say("asking"))));
  try { answer = await ask(`/v1/answers/${encodeURIComponent(id)}`); } catch (refused) { wrong = refused instanceof Refused ? refused.message : say("lost"); }
  draw();
}

function speak(language) {
  setLanguage(language);
  document.title = `Headway: ${say("explained")}`;
  part("id").placeholder = say("answerId");
  const other = language === "zh" ? ["English", "Switch to English", "en"] : ["中文", "切换为中文", "zh"];
  part("language").textContent = other[0];
  part("language").setAttribute("aria-label", other[1]);
  part("language").lang = other[2];
  draw();
}

async function start() {
  speak(getLanguage());
  part("language").addEventListener("click", () => speak(getLanguage() === "zh" ? "en" : "zh"));
  part("find").addEventListener("submit", (event) => {
    event.preventDefault();
    const id = part("id").value.trim();
    history.pushState(null, "", `?id=${encodeURIComponent(id)}`);
    explain(id);
  });
  const asked = () => new URLSearchParams(location.search).get("id") ?? "";
  addEventListener("popstate", () => explain(asked()));
  if (!(await openSession())) {
    part("ask-key").showModal();
    await new Promise((done) => part("ask-key").addEventListener("close", done, { once: true }));
    setKey(part("key").value.trim());
  }
  await explain(asked());
}

start();
