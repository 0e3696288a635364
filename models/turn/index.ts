export { createLogMel } from "./log-mel.ts";
export { createSmartTurn, type TurnModel } from "./smart-turn.ts";
