/** Preload for tests: writes, when the process ends, the packages of OpenTelemetry that it has loaded, as a line of JSON on stderr. */
import { registerHooks } from 'node:module';

const packages = new Set<string>();

registerHooks({
  load(url, context, nextLoad) {
    const name = /.*\/node_modules\/@opentelemetry\/([^/]+)\//.exec(url)?.[1];
    if (name !== undefined) packages.add(name);
    return nextLoad(url, context);
  },
});

process.on('exit', () => process.stderr.write(`${JSON.stringify([...packages].sort())}\n`));
