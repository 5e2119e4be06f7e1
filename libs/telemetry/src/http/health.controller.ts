import { Controller, Get } from '@nestjs/common';
import { paths } from '@observed-rollouts/contract';
import { Drain } from '../drain.ts';
import { ProblemException } from './problem.ts';

/** Probes: liveness says that the process answers, readiness that it wants traffic. */
@Controller()
export class HealthController {
  readonly #drain: Drain;

  constructor(drain: Drain) {
    this.#drain = drain;
  }

  @Get(paths.liveness)
  live(): { status: string } {
    return { status: 'ok' };
  }

  @Get(paths.readiness)
  ready(): { status: string } {
    if (this.#drain.isDraining) throw new ProblemException(503, 'The process is draining.');
    return { status: 'ok' };
  }
}
