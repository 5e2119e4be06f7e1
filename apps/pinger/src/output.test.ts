import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createOutput } from './output.ts';
import { describeRun } from './report.ts';
import { Tally } from './tally.ts';

const report = describeRun({ target: 'http://127.0.0.1/ping', ratePerSecond: 10 }, new Date(0), 0, new Tally());

/** A stream that keeps what was written, as a terminal or as a pipe. */
function createStream(isTTY: boolean) {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 200, rows: 24 });
  const texts: string[] = [];
  stream.on('data', (chunk: Buffer) => texts.push(chunk.toString()));
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => texts.join('') };
}

function createCase(options: { json: boolean; isScript: boolean; stdoutIsTTY: boolean; stderrIsTTY: boolean }) {
  const stdout = createStream(options.stdoutIsTTY);
  const stderr = createStream(options.stderrIsTTY);
  const logged: unknown[] = [];
  const logger = { log: (line: unknown) => logged.push(line) };
  const output = createOutput({ ...options, logger, stdout: stdout.stream, stderr: stderr.stream });
  return { output, stdout, stderr, logged };
}

beforeEach(() => vi.stubEnv('TERM', 'xterm'));
afterEach(() => vi.unstubAllEnvs());

describe('the output of a run', () => {
  test.each([
    { json: true, isScript: true, logOn: 'stderr', summary: 'json' },
    { json: true, isScript: false, logOn: 'stderr', summary: 'json' },
    { json: false, isScript: true, logOn: 'stderr', summary: 'table' },
    { json: false, isScript: false, logOn: 'stdout', summary: 'log line' },
  ])(
    'without a terminal has its log on $logOn and its summary as $summary when json is $json and isScript is $isScript',
    ({ json, isScript, logOn, summary }) => {
      const { output, stdout, stderr, logged } = createCase({ json, isScript, stdoutIsTTY: false, stderrIsTTY: false });
      output.follow(() => report);
      output.writeLog('line\n');
      expect([stdout.text(), stderr.text()]).toEqual(logOn === 'stdout' ? ['line\n', ''] : ['', 'line\n']);
      output.finish(report);
      const result = stdout.text().replace('line\n', '');
      if (summary === 'json') expect(JSON.parse(result)).toEqual(report);
      if (summary === 'table') expect(result).toMatch(/^http:.*\n\nscheduled/);
      if (summary === 'log line') expect(result).toBe('');
      expect(logged).toEqual(summary === 'log line' ? [{ msg: 'run ended', ...report }] : []);
    },
  );

  test('on a terminal has a live line on stderr, log lines above it, and the table on stdout', () => {
    const { output, stdout, stderr } = createCase({
      json: false,
      isScript: true,
      stdoutIsTTY: true,
      stderrIsTTY: true,
    });
    output.follow(() => report);
    expect(stderr.text()).toContain('0 s  0.0/s  sent 0  ok 0  failed 0  in flight 0');
    output.writeLog('line\n');
    expect(stderr.text()).toContain('line\n');
    output.finish(report);
    expect(stdout.text()).toMatch(/^http:.*\n\nscheduled/);
  });

  test('has no live line with --json or on a terminal that cannot rewrite a line', () => {
    const withJson = createCase({ json: true, isScript: true, stdoutIsTTY: false, stderrIsTTY: true });
    withJson.output.follow(() => report);
    vi.stubEnv('TERM', 'dumb');
    const dumb = createCase({ json: false, isScript: true, stdoutIsTTY: true, stderrIsTTY: true });
    dumb.output.follow(() => report);
    expect([withJson.stderr.text(), dumb.stderr.text()]).toEqual(['', '']);
  });
});
