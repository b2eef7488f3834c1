// Generated from the contract of 2026-11-25 by `headway contract`; do not edit.

export * from "./types/accuracy";
export * from "./types/alerts";
export * from "./types/answers";
export * from "./types/arrivals";
export * from "./types/city";
export * from "./types/coverage";
export * from "./types/feeds";
export * from "./types/gtfs_realtime";
export * from "./types/health";
export * from "./types/lines";
export * from "./types/me";
export * from "./types/nearby";
export * from "./types/passages";
export * from "./types/replays";
export * from "./types/runs";
export * from "./types/shared";
export * from "./types/siri";
export * from "./types/static";
export * from "./types/stops";
export * from "./types/stream";
export * from "./types/stream_ticket";
export * from "./types/vehicles";
export * from "./types/webhooks";
import type { AccuracyAnswer, AlertsAnswer, AnswerExplained, ArrivalsAnswer, BatchAnswer, CityAnswer, ConditionsAnswer, CoverageAnswer, FeedsAnswer, FirstLastAnswer, LineDetail, LinesAnswer, NearbyAnswer, PassagesAnswer, ReplaysAnswer, RunAnswer, StaticChanges, StaticFile, StaticVersions, StopDetail, StopsAnswer, TicketAnswer, VehicleAnswer, VehiclesAnswer, WhyAnswer } from "./headway";

/** What each operation gives, by its path. */
export interface Answers {
  "/v1/stops/{stop_id}/arrivals": ArrivalsAnswer;
  "/v1/lines": LinesAnswer;
  "/v1/lines/{line_id}": LineDetail;
  "/v1/lines/{line_id}/vehicles": VehiclesAnswer;
  "/v1/vehicles/{vehicle_id}": VehicleAnswer;
  "/v1/stops": StopsAnswer;
  "/v1/stops/{stop_id}": StopDetail;
  "/v1/runs/{run_id}": RunAnswer;
  "/v1/runs/{run_id}/why": WhyAnswer;
  "/v1/feeds": FeedsAnswer;
  "/v1/coverage": CoverageAnswer;
  "/v1/lines/{line_id}/conditions": ConditionsAnswer;
  "/v1/stops/{stop_id}/first-last": FirstLastAnswer;
  "/v1/accuracy": AccuracyAnswer;
  "/v1/alerts": AlertsAnswer;
  "/v1/arrivals": BatchAnswer;
  "/v1/nearby": NearbyAnswer;
  "/v1/city/{timetable}/arrivals": CityAnswer;
  "/v1/static": StaticVersions;
  "/v1/static/{version}": StaticFile;
  "/v1/static/{version}/changes": StaticChanges;
  "/v1/me": unknown;
  "/v1/me/grants": unknown;
  "/v1/me/requests": unknown;
  "/v1/me/needs": unknown;
  "/v1/me/keys": unknown;
  "/v1/webhooks": unknown;
  "/v1/webhooks/{webhook_id}/deliveries": unknown;
  "/v1/products": unknown;
  "/v1/products/{product_id}": unknown;
  "/v1/usage": unknown;
  "/v1/usage/statements/{name}": unknown;
  "/v1/audit/head": unknown;
  "/v1/audit/extract": unknown;
  "/v1/archive/{product_id}": unknown;
  "/v1/replays": ReplaysAnswer;
  "/v1/stream-ticket": TicketAnswer;
  "/v1/passages": PassagesAnswer;
  "/v1/answers/{answer_id}": AnswerExplained;
}
