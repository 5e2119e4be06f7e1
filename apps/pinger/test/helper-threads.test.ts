import { readdir, readFile } from 'node:fs/promises';
import { exportThreadName } from '@observed-rollouts/telemetry';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseLog, servingEnvironment, startPinger } from './pinger-process.ts';
import { startHttpTarget } from './targets.ts';

interface Thread {
  readonly name: string;
  readonly niceness: number;
  /** SCHED_OTHER is 0, SCHED_IDLE 5. */
  readonly policy: number;
}

/** The main thread of a process, and its others. */
async function threadsOf(pid: number): Promise<{ main: Thread; others: Thread[] }> {
  const read = async (id: string): Promise<Thread> => {
    const folder = `/proc/${pid}/task/${id}`;
    const [name, stat] = await Promise.all([readFile(`${folder}/comm`, 'utf8'), readFile(`${folder}/stat`, 'utf8')]);
    // proc(5): the name, in parentheses, is the second field, the nice value the nineteenth, the policy the forty-first.
    const fields = stat.slice(stat.lastIndexOf(') ') + 2).split(' ');
    return { name: name.trimEnd(), niceness: Number(fields[16]), policy: Number(fields[38]) };
  };
  const ids = await readdir(`/proc/${pid}/task`);
  const others = ids.filter((id) => id !== `${pid}`);
  return { main: await read(`${pid}`), others: await Promise.all(others.map(read)) };
}

/** Where Linux has chrt, whatever else the tests are told to find. */
const systemPath = '/usr/bin:/bin';

/** More than a table of descriptors has room for at first. */
const maxInFlight = 600;

/** Runs a pinger until its first ping arrives; its threads and its table of descriptors then, and its log. */
async function watchPinger(path: string) {
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
    env: {
      ...env,
      PATH: path,
      PINGER_MAX_IN_FLIGHT: `${maxInFlight}`,
      PINGER_TARGET: `http://localhost:${port}/ping`,
      OTEL_EXPORTER_OTLP_ENDPOINT: target.url,
    },
  });
  await arrival.promise;
  const pid = pinger.child.pid as number;
  const { main, others } = await threadsOf(pid);
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  pinger.child.kill('SIGTERM');
  const { exitCode, stdout } = await pinger.ended;
  expect(exitCode).toBe(0);
  const of = (name: string) => others.filter((thread) => thread.name === name);
  const shown = (threads: Thread[]) => threads.map(({ niceness, policy }) => ({ niceness, policy }));
  return {
    main,
    helpers: { compile: shown(of('V8Worker')), export: shown(of(exportThreadName)) },
    lookUps: shown(of('libuv-worker')),
    roomForDescriptors: Number(/^FDSize:\s*(\d+)$/m.exec(status)?.[1]),
    log: parseLog(stdout).filter(({ msg }) => String(msg).startsWith('helper threads')),
  };
}

describe.skipIf(process.platform !== 'linux')('threads that compile and export', () => {
  test('have the core only when the pings and their name look-ups leave it, and sockets have their room', async () => {
    const { main, helpers, lookUps, log, roomForDescriptors } = await watchPinger(
      `${process.env['PATH']}:${systemPath}`,
    );
    const idle = { niceness: main.niceness, policy: 5 };
    expect(main.policy).toBe(0);
    expect(helpers).toEqual({ compile: [idle], export: [idle] });
    expect(new Set(lookUps.map(({ policy }) => policy))).toEqual(new Set([0]));
    expect(log).toEqual([]);
    // The kernel stops the process for milliseconds to make more.
    expect(roomForDescriptors).toBeGreaterThan(maxInFlight);
  });

  test('have a higher nice value where there is no chrt, and the log says so', async () => {
    const { main, helpers, lookUps, log } = await watchPinger('/nonexistent');
    const nice = { niceness: Math.min(main.niceness + 10, 19), policy: 0 };
    expect(helpers).toEqual({ compile: [nice], export: [nice] });
    expect(new Set(lookUps.map(({ niceness }) => niceness))).toEqual(new Set([main.niceness]));
    expect(log).toEqual([
      expect.objectContaining({
        level: 'info',
        msg: 'helper threads have a higher nice value instead of SCHED_IDLE: pings may start some milliseconds late',
        error: 'spawnSync chrt ENOENT',
      }),
    ]);
  });
});
