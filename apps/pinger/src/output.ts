import type { WriteStream } from 'node:tty';
import type { LoggerService } from '@nestjs/common';
import { type LiveLine, showLiveLine } from './live-line.ts';
import { formatLiveLine, formatReport, type RunReport } from './report.ts';

/** Where a run shows itself: a live line while it goes on, a summary at its end. */
export interface Output {
  /** Shows the live line, where there is a terminal for it. */
  follow(report: () => RunReport): void;
  /** Where log lines go, each with its newline. */
  writeLog(line: string): void;
  finish(report: RunReport): void;
}

export interface OutputOptions {
  readonly json: boolean;
  /** True for a run that ends by itself. */
  readonly isScript: boolean;
  readonly logger: Pick<LoggerService, 'log'>;
  readonly stdout?: NodeJS.WriteStream;
  readonly stderr?: NodeJS.WriteStream;
}

/**
 * stdout carries what the caller wants to keep: the summary of a script run, the log of a service. The live line and a script run's log go to
 * stderr, so that `> file` and `| jq` get nothing else. A service without a terminal ends with its summary as a line of the log.
 */
export function createOutput(options: OutputOptions): Output {
  const { json, isScript, logger, stdout = process.stdout, stderr = process.stderr } = options;
  const logStream = json || isScript ? stderr : stdout;
  let live: LiveLine | undefined;
  return {
    follow: (report) => {
      if (!json && isTerminal(stderr)) live = showLiveLine(stderr, () => formatLiveLine(report()));
    },
    writeLog: (line) => {
      if (live && logStream.isTTY) live.above(line.trimEnd());
      else logStream.write(line);
    },
    finish: (report) => {
      live?.stop();
      live = undefined;
      if (json) stdout.write(`${JSON.stringify(report)}\n`);
      else if (isScript || stdout.isTTY) stdout.write(`${formatReport(report)}\n`);
      else logger.log({ msg: 'run ended', ...report });
    },
  };
}

/** A terminal that can rewrite a line; one that doesn't know its width can't tell where the line ends. */
function isTerminal(stream: NodeJS.WriteStream): stream is NodeJS.WriteStream & WriteStream {
  return stream.isTTY && stream.columns > 0 && process.env['TERM'] !== 'dumb';
}
