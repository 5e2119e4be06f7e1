import {
  formatDuration,
  knownMethods,
  paths,
  releaseEnds,
  type ServerLabel,
  terminationGracePeriodSeconds,
} from '@observed-rollouts/contract';
import { pingMetric, pingServiceLevel } from '@observed-rollouts/slo';
import { z } from 'zod';
import { duration, mapping, numberBetween, share, text, textByName, wholeNumber } from './field-types.ts';

const { promise, traffic } = pingServiceLevel;
const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;
const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const path = (example: string) => text(`a path that starts with "/", e.g. ${example}`, /^\/\S*$/);

const command = z
  .array(z.string('a text'), 'a list of texts, e.g. [node, server.mjs]')
  .min(1, 'at least the program, e.g. [node, server.mjs]')
  .describe('Program and arguments; no shell in between. {port} and {metricsPort} stand for the ports of the process.');
const environment = textByName('a variable name', variableName, 'FAIL_PERCENT').describe(
  'Variables of the process, which inherits none but PATH. {port} and {metricsPort} stand for its ports; PORT and METRICS_PORT are set unless they are declared.',
);
const inherit = z
  .array(text('a variable name, e.g. HOME', variableName), 'a list of variable names, e.g. [HOME]')
  .describe('Variables that are taken over from the shell that starts the rehearsal.');
const workingDirectory = text('a folder').describe(
  'Folder that the process starts in, relative to this file; the folder of this file when absent.',
);

const port = z
  .enum(['http', 'metrics'], 'http ({port}) or metrics ({metricsPort})')
  .describe('http: the port that requests go to, {port}; metrics: a port of its own, {metricsPort}.');

const stable = mapping({
  command,
  environment: environment.default({}),
  inherit: inherit.default([]),
  workingDirectory: workingDirectory.default('.'),
}).describe('The version that serves before the release.');

const candidate = mapping({
  command: command.optional(),
  environment: environment
    .default({})
    .describe("Variables that differ from the stable version's; the others are as there."),
  inherit: inherit.optional(),
  workingDirectory: workingDirectory.optional(),
}).describe('The version that is released; what is absent is as in the stable version.');

const readiness = mapping({
  path: path('/readyz').describe('Answers 2xx or 3xx when the process can serve.'),
  port: port.default('http'),
  timeout: duration(1_000, 600_000, '30s')
    .prefault('30s')
    .describe('How long each process of the stable version may take to become ready, from its start.'),
}).describe('Readiness probe, asked once a second.');

const request = mapping({
  method: z.enum(knownMethods, `one of ${knownMethods.join(', ')}`).default('GET'),
  path: path('/checkout?cart=1').describe('Path and query that are requested.'),
  headers: textByName('a header name', /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'Authorization').default({}),
  body: z.string('a text').optional().describe('Body of each request; set content-type among the headers.'),
  timeout: duration(10, 60_000, '5s').prefault('5s').describe('Time after which a request has failed for its sender.'),
}).describe('What the pinger sends at a constant rate, each time on a new connection.');

const statusValue = z.union([z.string().min(1), z.number()]);

const status = mapping({
  label: text('a label name, e.g. code', labelName)
    .default('http_response_status_code' satisfies ServerLabel)
    .describe('Label that says how an answer ended.'),
  failed: z
    .union(
      [statusValue, z.array(statusValue).min(1, 'at least one value')],
      'values of the status label or regular expressions for them, e.g. 5.. or [error, timeout]',
    )
    .default('5..')
    .transform((value) => (Array.isArray(value) ? value : [value]).join('|'))
    .describe('Values of that label that are failures; regular expressions as PromQL matches them, as a whole.'),
}).describe('Which answers count as failed.');

const metrics = mapping({
  path: path(paths.metrics).default(paths.metrics),
  port: port.default('http'),
  histogram: text('a metric name, e.g. http_request_duration_seconds', metricName)
    .default(pingMetric.histogram)
    .describe('Classic histogram of durations, without _bucket.'),
  unit: z
    .enum(['seconds', 'milliseconds'], 'seconds or milliseconds')
    .default('seconds')
    .describe("The histogram's unit."),
  counter: text('a metric name, e.g. http_requests_total', metricName)
    .optional()
    .describe('Counter of all answers with the status label; the count of the histogram when absent.'),
  labels: textByName('a label name', labelName, 'route')
    .default({})
    .describe('Only series with these labels are judged: leave out probes, scrapes and other routes.'),
  status: status.prefault({}),
}).describe("Where the service counts its answers; by default as this project's telemetry library does.");

const shares = {
  acceptable: share('1%').describe('The objective: the largest share of bad answers that is fine.'),
  refused: share('10%').describe('The share of bad answers that a release is refused for.'),
  designEffect: numberBetween(1, 1_000, 'a number')
    .optional()
    .describe('How many answers carry the evidence of one, because failures come in bursts; 1 when absent.'),
};

const objectives = mapping({
  availability: mapping(shares).optional().describe('The share of failed answers.'),
  latency: mapping({
    bound: duration(1, 3_600_000, '250ms').describe('A bucket of the histogram; an answer that takes longer is bad.'),
    ...shares,
  })
    .optional()
    .describe('The share of answers that take longer than a bound.'),
})
  .refine(({ availability, latency }) => availability ?? latency, 'availability, latency or both')
  .describe('What the release is judged by.');

const releasePromise = mapping({
  falseAbort: share('1%')
    .prefault(percent(promise.falseAbort))
    .describe('Largest chance that a good release is aborted.'),
  missed: share('1%').prefault(percent(promise.missed)).describe('Largest chance that a bad release passes the gate.'),
  lookInterval: duration(1_000, 60_000, '1s')
    .prefault(formatDuration(promise.lookIntervalMs))
    .describe('Time between two looks and between two scrapes, in whole seconds.'),
  budget: duration(1_000, 3_600_000, '5m')
    .prefault(formatDuration(promise.budgetMs))
    .describe('Time after which a gate without a verdict pauses the release.'),
});

/** A service file: any service whose release is rehearsed, see docs/rehearse-your-service.md. */
export const serviceFileSchema = mapping({
  $schema: z.string('the address of the schema').optional().describe('For editors; not read.'),
  name: text(
    'lower-case letters, digits and dashes, at most 40, a letter first, e.g. checkout',
    /^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$/,
  ).describe('Name of the service.'),
  description: text('one line of text', /^.+$/).optional().describe('What is special about the candidate.'),
  stable,
  candidate,
  readiness,
  request,
  metrics: metrics.prefault({}),
  objectives,
  promise: releasePromise.prefault({}).describe('What the analysis promises, over all of its tests together.'),
  rate: numberBetween(0.1, 5_000, 'requests per second')
    .default(traffic.pingsPerSecond)
    .describe('Requests per second over all pods.'),
  replicas: wholeNumber(2, 50).default(traffic.replicas).describe('Pods of the service, each one process.'),
  weights: z
    .array(wholeNumber(1, 99), 'a list of percentages, e.g. [20, 40, 60, 80]')
    .min(2, 'at least two percentages, e.g. [20, 60]: the watch needs a weight after the gate')
    .default([...traffic.weights])
    .describe('Percentages of the pods that run the candidate, one after the other; the gate judges the first.'),
  terminationGracePeriod: duration(1_000, 600_000, '15s')
    .prefault(formatDuration(terminationGracePeriodSeconds * 1_000))
    .describe('From SIGTERM to SIGKILL.'),
  within: duration(1_000, 3_600_000, '15m')
    .prefault('15m')
    .describe('Time after which a release that has not ended is given up.'),
  expect: z
    .enum(releaseEnds, `one of ${releaseEnds.join(', ')}`)
    .default('promoted')
    .describe('How the release must end for exit code 0.'),
});

function percent(part: number): string {
  return `${part * 100}%`;
}

export type ServiceFile = z.output<typeof serviceFileSchema>;
