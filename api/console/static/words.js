// What the page says, in both languages. A word is looked up by name; {} takes the values in order.
const WORDS = {
  en: {
    skip: "Skip to stop search", search: "Search stops and stations", none: "No stop of that name",
    mapKeys: "Live map. Arrow keys move, plus and minus zoom, zero shows the whole city, Enter opens the stop nearest the middle.",
    map: "Live map of vehicles and stops", close: "Close", zoomIn: "Zoom in", zoomOut: "Zoom out", zoomFit: "Show the whole city",
    keyTitle: "A partner key, please", keyWhy: "This page asks the same API that partners use. The key stays in this tab.",
    keyLabel: "API key", keyUse: "Use this key", now: "now", min: "min", min1: "{} min", departs: "departs",
    band: "{}–{} min", every: "every {} min", away: "{} away", stops: "{} stops away", stops1: "1 stop away", stop: "next stop", here: "at this stop",
    live: "live", extrapolated: "estimated", historical: "from experience", schedule: "timetable only", withheld: "time withheld",
    at_risk: "may not come", not_tracked: "not tracked", not_coming: "not coming", seen: "seen {} ago",
    cancelled: "cancelled", short_turn: "turns short", detour: "on detour", silent: "vehicle silent", stalled: "not moving",
    feed_down: "feed is down", off_route: "off its route", at_terminal: "waiting at terminal", held: "held", waits: "waiting", silentNow: "no signal",
    not_started: "Service has not begun yet today.", ended: "Service has ended for today.", last_gone: "The last one has gone.",
    nothing: "Nothing is due here in the next hour.", nextStops: "Next stops", load: "{}% full", platform: "Platform {}",
    feeds: "{} of {} feeds live", replayed: "Recording of {}, {}", age: "newest report {} old", vehicles: "{} vehicles", coverage: "{}% of runs tracked", waiting: "Waiting for the first vehicles…",
    lost: "No answer from the service; showing what was last known", quota: "Quota reached; going on in {}", stale: "the data is {} old", refused: "The key was refused",
    noLines: "No timetable is loaded yet", arrivals: "{} arrivals", toward: "to {}", why: "why?", crowd: ["empty", "seats free", "few seats", "standing room", "crowded", "full"],
  },
  zh: {
    skip: "跳到站点搜索", search: "搜索站点", none: "没有找到该站", mapKeys: "实时地图。方向键移动，加减键缩放，零键显示全城，回车打开离中心最近的站点。",
    map: "车辆与站点实时地图", close: "关闭", zoomIn: "放大", zoomOut: "缩小", zoomFit: "显示全城",
    keyTitle: "请输入合作方密钥", keyWhy: "本页使用与合作方相同的接口。密钥只保存在此标签页。", keyLabel: "接口密钥", keyUse: "使用该密钥",
    now: "即将到站", min: "分钟", min1: "{}分钟", departs: "发车", band: "{}–{}分钟", every: "每{}分钟一班", away: "距{}", stops: "还有{}站", stops1: "还有1站", stop: "下一站", here: "已到站",
    live: "实时", extrapolated: "推算", historical: "历史经验", schedule: "仅时刻表", withheld: "暂不提供",
    at_risk: "可能不来", not_tracked: "未跟踪", not_coming: "不来", seen: "{}前更新",
    cancelled: "已取消", short_turn: "中途折返", detour: "绕行", silent: "车辆无信号", stalled: "停滞", feed_down: "数据中断", off_route: "偏离线路", at_terminal: "在终点待发", held: "扣车", waits: "待发", silentNow: "无信号",
    not_started: "今日尚未开始运营。", ended: "今日运营已结束。", last_gone: "末班车已过。", nothing: "一小时内没有车次。", nextStops: "后续站点", load: "满载率{}%", platform: "{}站台",
    feeds: "{}/{} 路数据正常", replayed: "{} {} 的录制", age: "最新报告 {} 前", vehicles: "{} 辆车", coverage: "跟踪率 {}%", waiting: "正在等待车辆……",
    lost: "服务无应答，显示最后已知数据", quota: "配额已用完，{}后继续", stale: "数据已有 {}", refused: "密钥被拒绝", noLines: "尚未载入时刻表", arrivals: "{}条到站信息", toward: "开往{}",
    why: "为什么？", crowd: ["空", "座位多", "座位少", "有站位", "拥挤", "满"],
  },
};

let language = new URLSearchParams(location.search).get("lang") || (navigator.language.startsWith("zh") ? "zh" : "en");
if (!WORDS[language]) language = "en";

export function addWords(more) {
  for (const [each, words] of Object.entries(more)) Object.assign(WORDS[each], words);
}

export const getLanguage = () => language;

export function setLanguage(next) {
  language = next;
  document.documentElement.lang = next === "zh" ? "zh-Hans" : "en";
  for (const part of document.querySelectorAll("[data-word]")) part.textContent = say(part.dataset.word);
}

export function say(name, ...values) {
  let at = 0;
  const text = WORDS[language][name] ?? name;
  return typeof text === "string" ? text.replace(/\{\}/g, () => values[at++]) : text;
}

export function sayAge(seconds) {
  const s = Math.max(0, Math.round(seconds));
  if (s < 90) return language === "zh" ? `${s}秒` : `${s} s`;
  const m = Math.round(s / 60);
  if (m < 90) return language === "zh" ? `${m}分钟` : `${m} min`;
  return language === "zh" ? `${Math.round(m / 60)}小时` : `${Math.round(m / 60)} h`;
}

export function sayDistance(metres) {
  if (metres < 950) return `${Math.max(10, Math.round(metres / 10) * 10)} m`;
  return `${(metres / 1000).toFixed(metres < 9950 ? 1 : 0)} km`;
}
