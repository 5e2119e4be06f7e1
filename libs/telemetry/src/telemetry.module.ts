import { type DynamicModule, Module } from '@nestjs/common';
import type { Workload } from '@observed-rollouts/contract';
import { Drain, type DrainTimes } from './drain.ts';
import { HealthController } from './http/health.controller.ts';
import { problemProviders } from './http/problem-filter.ts';
import { ServerRecorder } from './http/server-recorder.ts';
import { Metrics } from './metrics/metrics.ts';
import { metricProviders, type ProcessLabels } from './metrics/providers.ts';

export interface TelemetryOptions extends DrainTimes {
  readonly workload: Workload;
  /** Version in `build_info`. */
  readonly version: string;
  /** Values of the metrics' process labels beside those of `build_info`, such as `server_address` of the pinger. */
  readonly processLabels?: ProcessLabels;
}

/**
 * Metrics, probes, problem answers and the drain of one workload, for the whole application.
 *
 * Edge:   prom-client's registry is the process': one workload per process at a time.
 * Errors: creating the application fails when a metric's process label has no value.
 */
@Module({})
export class TelemetryModule {
  static forRoot({ workload, version, processLabels = {}, ...times }: TelemetryOptions): DynamicModule {
    const ownLabels = { service_name: workload, service_version: version, node_version: process.version };
    return {
      module: TelemetryModule,
      global: true,
      controllers: [HealthController],
      providers: [
        ...problemProviders,
        ...metricProviders(workload, { ...processLabels, ...ownLabels }),
        { provide: Drain, useFactory: () => new Drain(times) },
        {
          provide: ServerRecorder,
          inject: [Metrics],
          useFactory: (metrics: Metrics) => new ServerRecorder(metrics, workload),
        },
      ],
      exports: [Metrics, Drain, ServerRecorder],
    };
  }
}
