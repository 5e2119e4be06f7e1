import type { LoggerService } from '@nestjs/common';
import { exemplarLabels, logLevels, processSettings } from '@observed-rollouts/contract';
import { trace } from '@opentelemetry/api';
import { type Level, pino } from 'pino';

/** Fields of every line that tell processes apart. */
interface ProcessIdentity {
  readonly service?: string;
  readonly version?: string;
}

let identity: ProcessIdentity = {};

const standardOutput = pino.destination(1);
let writeLine = (line: string): unknown => standardOutput.write(line);

/** The process' log: one JSON object per line on stdout, with the ids of the active span. */
export const rootLogger = pino(
  {
    base: null,
    level: initialLevel(process.env[processSettings.logLevel.name]),
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    mixin: () => ({ ...identity, ...activeSpanFields() }),
  },
  { write: (line: string) => void writeLine(line) },
);

/** Sends the log elsewhere from now on, for programs whose stdout is their result; `write` gets whole lines, each with its newline. */
export function redirectLogs(write: (line: string) => void): void {
  writeLine = write;
}

/** Lines that are written before the settings are read need a level too; a wrong one is reported with the other settings. */
function initialLevel(text: string | undefined): Level {
  return logLevels.find((level) => level === text) ?? processSettings.logLevel.default;
}

/** Sets what the settings decide about the log; a workload does it at its start, so that only programs that start none need to. */
export function configureLogging(level: Level, processIdentity: ProcessIdentity): void {
  rootLogger.level = level;
  identity = processIdentity;
}

function activeSpanFields(): Readonly<Record<string, string>> | undefined {
  const spanContext = trace.getActiveSpan()?.spanContext();
  if (spanContext === undefined) return undefined;
  return { [exemplarLabels.traceId]: spanContext.traceId, [exemplarLabels.spanId]: spanContext.spanId };
}

/** What Nest says about its own start is of use only to who debugs it. */
const frameworkContexts = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
]);

/**
 * Nest's logger on {@link rootLogger}: classes log through `new Logger(MyClass.name)` of `@nestjs/common`.
 *
 * Edge: an Error becomes the field `err` with its stack; the fields of a plain object become fields of the line, its `msg` the message.
 */
class PinoNestLogger implements LoggerService {
  fatal(message: unknown, ...rest: unknown[]): void {
    write('fatal', message, rest);
  }
  error(message: unknown, ...rest: unknown[]): void {
    write('error', message, rest);
  }
  warn(message: unknown, ...rest: unknown[]): void {
    write('warn', message, rest);
  }
  log(message: unknown, ...rest: unknown[]): void {
    write('info', message, rest);
  }
  debug(message: unknown, ...rest: unknown[]): void {
    write('debug', message, rest);
  }
  verbose(message: unknown, ...rest: unknown[]): void {
    write('trace', message, rest);
  }
}

export const nestLogger: LoggerService = new PinoNestLogger();

const stackPattern = /\n\s+at /;

/** Nest passes an optional stack or Error, more values, and the context (the class' name) last. */
function write(level: Level, message: unknown, rest: readonly unknown[]): void {
  const fields: Record<string, unknown> = {};
  let text = addValue(fields, message) ?? '';
  rest.forEach((value, index) => {
    const isLast = index === rest.length - 1;
    if (typeof value !== 'string') text = joinText(text, addValue(fields, value));
    else if (stackPattern.test(value)) fields['err'] ??= { stack: value };
    else if (isLast) fields['context'] = value;
    else text = joinText(text, value);
  });
  const quiet = level === 'info' && frameworkContexts.has(`${fields['context']}`);
  rootLogger[quiet ? 'debug' : level](fields, text);
}

/** Adds what a value says as fields; returns what it says as text. */
function addValue(fields: Record<string, unknown>, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (value instanceof Error) {
    fields['err'] = value;
    return value.message;
  }
  if (typeof value === 'object') {
    const { msg, ...others } = value as Record<string, unknown>;
    Object.assign(fields, others);
    return typeof msg === 'string' ? msg : undefined;
  }
  return String(value);
}

function joinText(left: string, right: string | undefined): string {
  return [left, right].filter(Boolean).join(' ');
}
