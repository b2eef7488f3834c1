// Places in the map's plane: Web Mercator in metres at the city's latitude, and ways along a line.
const RADIUS = 6378137;
let origin = null; // {x, y, scale}

export function setOrigin(latitude, longitude) {
  const scale = Math.cos((latitude * Math.PI) / 180);
  origin = { x: mercatorX(longitude), y: mercatorY(latitude), scale };
}
const mercatorX = (longitude) => (RADIUS * longitude * Math.PI) / 180;
const mercatorY = (latitude) => RADIUS * Math.log(Math.tan(Math.PI / 4 + (latitude * Math.PI) / 360));
export const hasOrigin = () => origin !== null;
export const project = (latitude, longitude) => [
  (mercatorX(longitude) - origin.x) * origin.scale, -(mercatorY(latitude) - origin.y) * origin.scale,
];

// A line of points with the metres along it at each.
export function measure(points) {
  const along = new Float64Array(points.length);
  for (let i = 1; i < points.length; i++) along[i] = along[i - 1] + Math.hypot(points[i][0] - points[i - 1][0], points[i][1] - points[i - 1][1]);
  return { points, along, length: along[points.length - 1] || 0 };
}

export function pointAlong({ points, along }, metres) {
  let low = 0, high = along.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (along[middle] <= metres) low = middle; else high = middle;
  }
  const span = along[high] - along[low] || 1;
  const part = Math.min(1, Math.max(0, (metres - along[low]) / span));
  const [ax, ay] = points[low], [bx, by] = points[high];
  return { x: ax + (bx - ax) * part, y: ay + (by - ay) * part, angle: Math.atan2(by - ay, bx - ax), segment: low, part };
}

// Lines that share a street are drawn side by side: each bit of street knows its lines, and each line its lane there.
const CELL = 55;
const STEP = 60;

function streetKey(x, y, angle) {
  const heading = Math.round((((angle % Math.PI) + Math.PI) % Math.PI) / (Math.PI / 6)) % 6;
  return `${Math.round(x / CELL)},${Math.round(y / CELL)},${heading}`;
}

export function resample(way) {
  const count = Math.max(2, Math.ceil(way.length / STEP) + 1);
  const corners = way.points.map((point, i) => ({ at: way.along[i], point }));
  const stations = Array.from({ length: count }, (_, i) => (way.length * i) / (count - 1));
  const all = [...new Set([...stations, ...corners.map((corner) => corner.at)])].sort((a, b) => a - b);
  return measure(all.filter((at, i) => i === 0 || at - all[i - 1] > 0.5).map((at) => { const { x, y } = pointAlong(way, at); return [x, y]; }));
}

export function markStreets(streets, way, lane) {
  for (let at = 0; at <= way.length; at += STEP / 2) {
    const { x, y, angle } = pointAlong(way, at);
    const key = streetKey(x, y, angle);
    if (!streets.has(key)) streets.set(key, new Set());
    streets.get(key).add(lane);
  }
}

// Trains keep to the middle, for their stations lie there; buses stand to both sides of them.
function placeAmong(sharing, lane, trains) {
  if (trains.has(lane)) return 0;
  const buses = sharing.filter((each) => !trains.has(each));
  const at = buses.indexOf(lane);
  if (at < 0) return 0;
  if (buses.length === sharing.length) return at - (buses.length - 1) / 2;
  const side = at - Math.floor(buses.length / 2);
  return side < 0 ? side - 0.25 : side + 1.25;
}

// For each point of `way` its sideways place in lanes (0 is the middle of the street), smoothed along the way.
export function findLanes(streets, way, lane, trains) {
  const raw = way.points.map((_, i) => {
    const { x, y, angle } = pointAlong(way, Math.min(way.length - 1, way.along[i] + 1));
    const sharing = [...(streets.get(streetKey(x, y, angle)) ?? [lane])].sort((a, b) => a - b);
    return placeAmong(sharing, lane, trains);
  });
  return raw.map((_, i) => {
    let sum = 0, weight = 0;
    for (let k = Math.max(0, i - 5); k <= Math.min(raw.length - 1, i + 5); k++) { const w = 6 - Math.abs(k - i); sum += raw[k] * w; weight += w; }
    return sum / weight;
  });
}

// The sideways direction at a point, the same whichever way the street is driven.
export function normalAt(points, i) {
  const [ax, ay] = points[Math.max(0, i - 1)], [bx, by] = points[Math.min(points.length - 1, i + 1)];
  let dx = bx - ax, dy = by - ay;
  if (dx < -0.02 * Math.abs(dy) || (Math.abs(dx) <= 0.02 * Math.abs(dy) && dy < 0)) { dx = -dx; dy = -dy; }
  const length = Math.hypot(dx, dy) || 1;
  return [-dy / length, dx / length];
}
