/** Preload: `node --import @observed-rollouts/telemetry/register`. Starts tracing before the program's own imports. */
import { setSourceMapsSupport } from 'node:module';

// Stacks name our own lines; Node's flag would also read the map of every dependency as it is loaded. What is imported before this has none.
if (!process.sourceMapsEnabled) setSourceMapsSupport(true, { nodeModules: false, generatedCode: false });

const { startTracing } = await import('./tracing/start.ts');
await startTracing();
