export { answersByLook } from './arrivals.ts';
export type { Arrivals } from './arrivals.ts';
export { calibratedTest, trafficToHoldFor } from './calibrate.ts';
export type { Calibration, CalibrationGoal, Traffic } from './calibrate.ts';
export { leastDwell } from './dwell.ts';
export type { Dwell, DwellGoal } from './dwell.ts';
export { concludesInTime, forecastGate, toleratedOutOfTime } from './forecast.ts';
export type { Forecast, ForecastInput } from './forecast.ts';
export {
  gateCharacteristic,
  operatingCurve,
  quantileOf,
  summarizeLooks,
  sumOf,
  verdictChances,
} from './gate-characteristic.ts';
export type { GateCharacteristic, GateRun, LookSummary, VerdictChances } from './gate-characteristic.ts';
export { intervalCosts, lookIntervalsMs, meanAgeInLooks } from './look-interval.ts';
export type { IntervalCost, Shares } from './look-interval.ts';
export { binomial } from './pmf.ts';
export { fromZero, gateHandover, watchChances, watchTest } from './watch-walk.ts';
export type { Handover, WatchChances, WatchStage, WatchTest } from './watch-walk.ts';
