/** Preload: `node --import @observed-rollouts/telemetry/register`. Starts tracing before the program's own imports. */
import { startTracing } from './tracing/start.ts';

await startTracing();
