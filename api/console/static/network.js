// The lines, their ways and their stops, as they arrive from the API.
import { readLine, readPatterns, readFile, timetableOf, listOf } from "./answers.js";
import { project, measure, resample, markStreets, findLanes, normalAt, setOrigin, hasOrigin } from "./geometry.js";

const MIDDLE = [0, 0];

export class Network {
  lines = new Map(); // id -> line, with .lane, .patterns (Map) and .ways (what is drawn)
  stops = new Map(); // id of a stop, or of its station -> {id, name, x, y, lines, isStation}
  bounds = null;
  version = 0; // grows whenever something to draw has changed
  #streets = new Map();
  #trains = new Set(); // lanes of trains

  takeLines(answer) {
    for (const each of listOf(answer, "lines")) {
      const line = readLine(each);
      if (line.isTrain) this.#trains.add(this.lines.get(line.id)?.lane ?? this.lines.size);
      if (!this.lines.has(line.id)) this.lines.set(line.id, { ...line, lane: this.lines.size, patterns: new Map(), ways: [] });
    }
  }

  get timetables() { return new Set([...this.lines.keys()].map(timetableOf)); }

  takeLine(answer) {
    const line = this.lines.get(answer.id);
    if (!line) return;
    this.#takePatterns(line, readPatterns(answer));
    this.refine([line.id]);
  }

  // A whole city at once: ways as the file has them, until their line is looked at from near.
  takeFile(file) {
    for (const [id, patterns] of readFile(file)) {
      const line = this.lines.get(id);
      if (!line) continue;
      this.#takePatterns(line, patterns);
      line.ways = [...line.patterns.values()].sort((a, b) => b.way.length - a.way.length).slice(0, 1);
    }
    this.version += 1;
  }

  #takePatterns(line, patterns) {
    const drawable = patterns.filter((each) => each.points?.length > 1);
    if (!hasOrigin() && drawable.length) setOrigin(...drawable[0].points[drawable[0].points.length >> 1]);
    for (const pattern of drawable) {
      const way = measure(pattern.points.map((point) => project(...point)));
      line.patterns.set(pattern.id, { ...pattern, way, stretch: way.length / (pattern.length || way.length), isFine: false });
      this.#takeStops(line, pattern);
      this.#widen(way.points);
    }
  }

  // Lay lines beside those that share their streets.
  refine(ids) {
    const coarse = ids.map((id) => this.lines.get(id)).filter((line) => [...line.patterns.values()].some((each) => !each.isFine));
    if (!coarse.length) return;
    for (const line of coarse) {
      for (const pattern of line.patterns.values()) {
        const way = resample(pattern.way);
        Object.assign(pattern, { way, stretch: way.length / (pattern.length || way.length), isFine: true });
        markStreets(this.#streets, way, line.lane);
      }
      line.ways = pickWays([...line.patterns.values()]);
    }
    for (const line of this.lines.values()) for (const pattern of line.patterns.values()) pattern.lanes = null;
    this.version += 1;
  }

  // Sideways places of a pattern's points, in lanes; reckoned when first drawn.
  lanesOf(line, pattern) {
    if (!pattern.lanes && !pattern.isFine) {
      pattern.lanes = new Float32Array(pattern.way.points.length);
      pattern.normals = pattern.way.points.map(() => MIDDLE);
    }
    if (!pattern.lanes) {
      pattern.lanes = findLanes(this.#streets, pattern.way, line.lane, this.#trains);
      pattern.normals = pattern.way.points.map((_, i) => normalAt(pattern.way.points, i));
    }
    return pattern.lanes;
  }

  #takeStops(line, pattern) {
    for (const call of pattern.calls) {
      if (call.latitude == null) continue;
      const id = call.parent ?? call.id;
      const [x, y] = project(call.latitude, call.longitude);
      const known = this.stops.get(id);
      if (known) { known.lines.add(line.id); known.members.add(call.id); }
      else this.stops.set(id, { id, name: call.name, x, y, lines: new Set([line.id]), members: new Set([call.id]), isStation: Boolean(call.parent) || line.isTrain });
    }
  }

  #widen(points) {
    const box = this.bounds ?? { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
    for (const [x, y] of points) {
      box.left = Math.min(box.left, x); box.right = Math.max(box.right, x);
      box.top = Math.min(box.top, y); box.bottom = Math.max(box.bottom, y);
    }
    this.bounds = box;
  }

  linesAt(stop) {
    return [...stop.lines].map((id) => this.lines.get(id)).sort((a, b) => b.isTrain - a.isTrain || a.name.localeCompare(b.name, undefined, { numeric: true }));
  }

  findStops(text, most = 8) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const found = [];
    for (const stop of this.stops.values()) {
      const name = stop.name.toLowerCase();
      if (words.every((word) => name.includes(word))) found.push({ stop, rank: (name.startsWith(words[0]) ? 0 : 1) - (stop.isStation ? 0.5 : 0) });
    }
    return found.sort((a, b) => a.rank - b.rank || a.stop.name.localeCompare(b.stop.name)).slice(0, most).map((each) => each.stop);
  }
}

// Of a line's patterns those that show something the longer ones do not.
function pickWays(patterns) {
  const drawn = new Set();
  const chosen = [];
  for (const pattern of patterns.sort((a, b) => b.way.length - a.way.length)) {
    const cells = new Set(pattern.way.points.map(([x, y]) => `${Math.round(x / 45)},${Math.round(y / 45)}`));
    const isNew = [...cells].filter((cell) => !near(drawn, cell)).length > cells.size * 0.12;
    if (isNew) chosen.push(pattern);
    cells.forEach((cell) => drawn.add(cell));
  }
  return chosen;
}

function near(cells, cell) {
  const [x, y] = cell.split(",").map(Number);
  for (let dx = -1; dx <= 1; dx++) for (let dy = -1; dy <= 1; dy++) if (cells.has(`${x + dx},${y + dy}`)) return true;
  return false;
}
