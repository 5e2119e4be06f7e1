import { readdir, readFile } from 'node:fs/promises';
import { exportThreadName } from '@observed-rollouts/telemetry';
import { expect, onTestFinished, test } from 'vitest';
import { servingEnvironment, startPinger } from './pinger-process.ts';
import { startHttpTarget } from './targets.ts';

interface Thread {
  readonly name: string;
  readonly niceness: number;
}

/** The main thread of a process, and its others. */
async function threadsOf(pid: number): Promise<{ main: Thread; others: Thread[] }> {
  const read = async (id: string): Promise<Thread> => {
    const folder = `/proc/${pid}/task/${id}`;
    const [name, stat] = await Promise.all([readFile(`${folder}/comm`, 'utf8'), readFile(`${folder}/stat`, 'utf8')]);
    // proc(5): the name, in parentheses, is the second field, the nice value the nineteenth.
    const fields = stat.slice(stat.lastIndexOf(') ') + 2).split(' ');
    return { name: name.trimEnd(), niceness: Number(fields[16]) };
  };
  const ids = await readdir(`/proc/${pid}/task`);
  const others = ids.filter((id) => id !== `${pid}`);
  return { main: await read(`${pid}`), others: await Promise.all(others.map(read)) };
}

test.skipIf(process.platform !== 'linux')(
  'threads that compile and export have a lower priority than pings and their name look-ups',
  async () => {
    const arrival = Promise.withResolvers<void>();
    const target = await startHttpTarget((_request, response) => {
      response.end('pong');
      arrival.resolve();
    });
    onTestFinished(() => target.close());
    const { env } = await servingEnvironment();
    const { port } = new URL(target.url);
    const pinger = startPinger({
      isTraced: true,
      env: { ...env, PINGER_TARGET: `http://localhost:${port}/ping`, OTEL_EXPORTER_OTLP_ENDPOINT: target.url },
    });
    await arrival.promise;
    const { main, others } = await threadsOf(pinger.child.pid as number);
    pinger.child.kill('SIGTERM');
    expect((await pinger.ended).exitCode).toBe(0);

    const nicenessOf = (name: string) => [
      ...new Set(others.filter((thread) => thread.name === name).map(({ niceness }) => niceness)),
    ];
    const low = Math.min(main.niceness + 10, 19);
    expect({
      compile: nicenessOf('V8Worker'),
      export: nicenessOf(exportThreadName),
      lookUp: nicenessOf('libuv-worker'),
    }).toEqual({ compile: [low], export: [low], lookUp: [main.niceness] });
  },
);
