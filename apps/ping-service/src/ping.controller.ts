import { setTimeout as sleep } from 'node:timers/promises';
import { Controller, Get, Header } from '@nestjs/common';
import { paths, spanAttributes } from '@observed-rollouts/contract';
import { ProblemException } from '@observed-rollouts/telemetry';
import { trace } from '@opentelemetry/api';
import { FaultModel } from './fault-model.ts';
import { ServiceVersion } from './service-version.ts';

/** Body of an answer that succeeded; a failure says the same beside its problem members. */
export interface PingAnswer {
  readonly version: string;
  /** The latency share that the answer drew, as declared: `90%500ms`. */
  readonly share: string;
  /** Milliseconds that the answer was held back; it takes at least this long. */
  readonly latencyMs: number;
  readonly injectedFailure: boolean;
}

/** Answers pings as the environment declares: after a drawn latency, and failing at a drawn rate. */
@Controller()
export class PingController {
  readonly #model: FaultModel;
  readonly #version: string;

  constructor(model: FaultModel, { version }: ServiceVersion) {
    this.#model = model;
    this.#version = version;
  }

  @Get(paths.ping)
  @Header('Cache-Control', 'no-store')
  async ping(): Promise<PingAnswer> {
    const { share, latencyMs, succeeds } = this.#model.draw();
    const answer: PingAnswer = { version: this.#version, share, latencyMs, injectedFailure: !succeeds };
    const span = trace.getActiveSpan();
    span?.setAttribute(spanAttributes.latencyShare, share);
    if (latencyMs > 0) await holdBack(latencyMs);
    if (succeeds) return answer;
    // A server span marks every 5xx as an error; this says that the error was wanted.
    span?.setAttribute(spanAttributes.injectedFailure, true);
    throw new ProblemException(500, 'This failure was drawn from the declared rate.', { ...answer });
  }
}

/** Waits at least this long: a timer may fire up to a millisecond early against the clock that measures the answer. */
async function holdBack(milliseconds: number): Promise<void> {
  const end = performance.now() + milliseconds;
  for (let left = milliseconds; left > 0; left = end - performance.now()) await sleep(left);
}
