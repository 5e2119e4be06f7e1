import {
  knownMethods,
  otherMethod,
  servedRoutes,
  type ServerLabel,
  serverRequestDuration,
  type Workload,
} from '@observed-rollouts/contract';
import type { DurationSeries, Labels, Metrics } from '../metrics/metrics.ts';

const methods = new Set<string>(knownMethods);

/** The series of the request durations, each found once and then by its labels' values, without a text that joins them. */
export class RequestDurations {
  readonly #metrics: Metrics;
  readonly #definition: ReturnType<typeof serverRequestDuration>;
  readonly #series = new Map<string, Map<string, Map<number, DurationSeries>>>();

  constructor(metrics: Metrics, workload: Workload) {
    this.#metrics = metrics;
    this.#definition = serverRequestDuration(servedRoutes[workload]);
  }

  of(method: string, route: string, status: number): DurationSeries {
    return this.#series.get(route)?.get(method)?.get(status) ?? this.#add(method, route, status);
  }

  #add(method: string, route: string, status: number): DurationSeries {
    const labels: Labels<ServerLabel> = {
      http_request_method: methods.has(method) ? method : otherMethod,
      http_route: route,
      http_response_status_code: `${status}`,
    };
    const series = this.#metrics.series(this.#definition, labels);
    const ofRoute = this.#series.get(route) ?? new Map<string, Map<number, DurationSeries>>();
    const ofMethod = ofRoute.get(method) ?? new Map<number, DurationSeries>();
    this.#series.set(route, ofRoute.set(method, ofMethod.set(status, series)));
    return series;
  }
}
