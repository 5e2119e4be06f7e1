import { diag, type DiagLogger, DiagLogLevel } from '@opentelemetry/api';
import { diagLogLevelFromString, getStringFromEnv, setGlobalErrorHandler } from '@opentelemetry/core';
import { rootLogger } from '../logging.ts';
import type { ExportHealth } from './export-health.ts';

/** Level of OpenTelemetry's own messages. */
export const diagLevelVariable = 'OTEL_LOG_LEVEL';

/** Sends OpenTelemetry's own messages and unhandled errors to the process' log; `OTEL_LOG_LEVEL` says from which level on, by default warnings. */
export function useProcessLog(health: ExportHealth): void {
  const logger = createDiagLogger(health);
  diag.setLogger(logger, { logLevel: diagLogLevel(), suppressOverrideMessage: true });
  setGlobalErrorHandler((error) => logger.error(error instanceof Error ? error.message : String(error)));
}

/** From which level on OpenTelemetry's own messages are wanted. */
export function diagLogLevel(): DiagLogLevel {
  const level = getStringFromEnv(diagLevelVariable);
  return (level === undefined ? undefined : diagLogLevelFromString(level)) ?? DiagLogLevel.WARN;
}

/** During an outage of the collector the messages repeat, so that they are worth debug only. */
function createDiagLogger(health: ExportHealth): DiagLogger {
  const write = (level: 'error' | 'warn' | 'info' | 'debug' | 'trace', message: string, values: unknown[]) => {
    const isRepetition = health.isFailing && (level === 'error' || level === 'warn');
    rootLogger[isRepetition ? 'debug' : level](
      { context: 'OpenTelemetry', ...(values.length > 0 && { values }) },
      message,
    );
  };
  return {
    error: (message, ...values) => write('error', message, values),
    warn: (message, ...values) => write('warn', message, values),
    info: (message, ...values) => write('info', message, values),
    debug: (message, ...values) => write('debug', message, values),
    verbose: (message, ...values) => write('trace', message, values),
  };
}
