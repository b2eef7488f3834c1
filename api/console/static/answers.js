// The API's answers turned into what the page draws. Nothing else in the page knows a field's name.
const seconds = (text) => (text ? Date.parse(text) / 1000 : null);
const local = (id) => id.slice(id.indexOf(":") + 1);
const color = (text, otherwise) => (text ? `#${text.replace("#", "")}` : otherwise);

const RAIL = new Set([0, 1, 2, 5, 7, 12]);

export function readLine(line) {
  return {
    id: line.id,
    name: line.short_name || line.long_name || local(line.id),
    longName: line.long_name || "",
    color: color(line.color, "#3a6ea5"),
    ink: color(line.text_color, "#ffffff"),
    isTrain: RAIL.has(line.route_type) || [1, 4, 9].includes(Math.floor(line.route_type / 100)),
  };
}

export function readPatterns(answer) {
  const stops = new Map(answer.stops.map((stop) => [stop.id, stop]));
  return answer.patterns.map((pattern) => ({
    id: pattern.id,
    direction: pattern.direction_id ?? 0,
    headsign: pattern.headsign,
    length: pattern.length_m,
    points: pattern.shape,
    calls: pattern.calls.map((call) => {
      const stop = stops.get(call.stop_id) ?? {};
      return { id: call.stop_id, name: stop.name, parent: stop.parent_id, latitude: stop.latitude, longitude: stop.longitude, progress: call.progress_m };
    }),
  }));
}

const ROW = { stop: 0, progress: 2 }; // of a call in a timetable's file

// A timetable's file: its patterns by line, as `readPatterns` gives a line's.
export function readFile(file) {
  const stops = new Map(file.stops.map((stop) => [stop.id, stop]));
  const byLine = new Map();
  for (const pattern of file.patterns) {
    const calls = pattern.calls.map((row) => ({ stop_id: row[ROW.stop], progress_m: row[ROW.progress] }));
    const [read] = readPatterns({ stops: calls.map((call) => stops.get(call.stop_id)).filter(Boolean), patterns: [{ ...pattern, calls }] });
    if (!byLine.has(pattern.line_id)) byLine.set(pattern.line_id, []);
    byLine.get(pattern.line_id).push(read);
  }
  return byLine;
}

// Of a GTFS-realtime vehicle what a dot on the map needs; nothing where its place is not told.
export function readDot({ vehicle }, timetable) {
  const { position, trip, timestamp } = vehicle;
  return position && { line: `${timetable}:${trip?.routeId}`, latitude: position.latitude, longitude: position.longitude, seen: Number(timestamp) };
}

export const timetableOf = (id) => id.slice(0, id.indexOf(":"));
export const readHeaderMoment = (feed) => Number(feed.header.timestamp);

export function readVehicle(vehicle) {
  return {
    id: vehicle.id,
    label: vehicle.label ?? "",
    line: vehicle.line?.id,
    run: vehicle.run_id,
    pattern: vehicle.pattern_id,
    headsign: vehicle.headsign ?? "",
    latitude: vehicle.latitude, longitude: vehicle.longitude,
    bearing: vehicle.bearing_deg, speed: vehicle.speed_mps,
    progress: vehicle.progress_m,
    next: vehicle.next_stop?.id ?? null,
    delay: vehicle.delay_s,
    seen: seconds(vehicle.observed_at),
    until: seconds(vehicle.valid_until),
    state: vehicle.state,
    basis: vehicle.basis,
    verdict: vehicle.verdict,
    reason: vehicle.verdict_reason,
    load: readLoad(vehicle.occupancy),
  };
}

const LEVELS = ["empty", "many_seats_available", "few_seats_available", "standing_room_only", "crushed_standing_room_only", "full"];

function readLoad(load) {
  if (!load) return null;
  const level = load.status ? LEVELS.indexOf(load.status) : -1;
  const percent = load.percentage;
  return {
    level: level >= 0 ? level : percent == null ? null : [6, 35, 55, 80, 100].filter((edge) => percent >= edge).length,
    percent,
    cars: (load.carriages ?? []).map((car) => car.percentage).filter((each) => each != null),
  };
}

// A band without a time: its vehicle stands, and no minutes are to be counted down.
const isHeld = (expected, late) => expected == null && late != null;

export function readArrival(arrival) {
  const arrives = seconds(arrival.expected_at);
  const comes = arrives != null || arrival.expected_late_at != null;
  const held = comes ? isHeld(arrives, arrival.expected_late_at) : isHeld(arrival.expected_departure_at, arrival.expected_departure_late_at);
  return {
    line: arrival.line.id,
    headsign: arrival.headsign,
    run: arrival.run_id,
    answer: arrival.answer_id,
    vehicle: arrival.vehicle_id,
    platform: arrival.stop?.platform_code ?? "",
    departs: !comes && arrival.expected_departure_at != null,
    held,
    at: held ? null : arrives ?? seconds(arrival.expected_departure_at) ?? seconds(arrival.aimed_at ?? arrival.aimed_departure_at),
    early: seconds(comes ? arrival.expected_early_at : arrival.expected_departure_early_at),
    late: seconds(comes ? arrival.expected_late_at : arrival.expected_departure_late_at),
    every: arrival.every_s,
    state: arrival.state,
    distance: arrival.distance_m,
    stopsAway: arrival.stops_away,
    basis: arrival.basis,
    verdict: arrival.verdict,
    reason: arrival.verdict_reason,
    seen: seconds(arrival.observed_at),
    load: readLoad(arrival.occupancy),
  };
}

export const readMoment = (answer) => seconds(answer.computed_at);
export const listOf = (answer, name) => (Array.isArray(answer) ? answer : answer[name] ?? []);

export const isUp = (feed) => feed.state === "up";

export function readCall(call) {
  const held = isHeld(call.expected_at, call.expected_late_at);
  return {
    held,
    stop: call.stop?.id ?? call.stop_id,
    name: call.stop?.name ?? call.stop_name,
    at: held ? null : seconds(call.expected_at ?? call.expected_departure_at ?? call.aimed_at ?? call.aimed_departure_at),
    early: seconds(call.expected_early_at), late: seconds(call.expected_late_at),
    ahead: call.state !== "departed",
  };
}

const clockOf = (text) => (text ? text.slice(11, 19) : null);

// A call comes, or leaves where no arrival is foretold.
function readTimes(told) {
  if (!told) return null;
  const names = ["early_at", "at", "late_at"].map((name) => (told.expected_at ? `expected_${name}` : `expected_departure_${name}`));
  const [early, at, late] = names.map((name) => told[name]);
  return {
    early: seconds(early), at: seconds(at), late: seconds(late), earlyClock: clockOf(early), clock: clockOf(at), lateClock: clockOf(late),
    computedClock: clockOf(told.computed_at), terms: told.terms ?? null,
  };
}

function readHappened(answer) {
  const served = answer.served ?? answer.rerun;
  const kind = served && !served.expected_at && served.expected_departure_at ? "departure" : "arrival";
  const seen = answer.happened.find((each) => each.kind === kind) ?? answer.happened[0];
  if (!seen) return null;
  return {
    early: seconds(seen.earliest_at), at: seconds(seen.at), late: seconds(seen.latest_at),
    earlyClock: clockOf(seen.earliest_at), clock: clockOf(seen.at), lateClock: clockOf(seen.latest_at),
  };
}

export function readAnswer(answer) {
  const match = answer.match;
  return {
    run: answer.run_id, stop: answer.stop, computed: seconds(answer.computed_at), computedText: answer.computed_at, computedClock: clockOf(answer.computed_at),
    served: readTimes(answer.served), again: readTimes(answer.rerun), happened: readHappened(answer),
    reports: answer.reports.map((each) => ({
      reported: each.reported_at, polled: each.polled_at, vehicle: each.vehicle_id,
      where: each.latitude == null ? each.stop_id : `${each.latitude.toFixed(5)}, ${each.longitude.toFixed(5)}`,
    })),
    match: match && {
      progress: match.progress_m, next: match.next_stop_id, state: match.state, verdict: match.verdict, reason: match.verdict_reason,
      feed: match.feed, seen: match.observed_at,
    },
  };
}
