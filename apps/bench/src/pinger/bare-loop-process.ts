/**
 * The pinger's schedule with nothing of the pinger: at each instant it does nothing, or makes a bare request by node:http on a connection of its own. What is
 * late here is late by the machine, its timers and Node.js. Arguments: requests per second, seconds, and the URL where there is one.
 */
import { request } from 'node:http';
import { connect } from 'node:net';
import { pacing } from '@observed-rollouts/contract';

/** What it writes as one line of JSON in the end. */
export interface BareLoopReport {
  /** Milliseconds from each intended instant to the real one, in order. */
  readonly lateMs: readonly number[];
  /** User and system time from the first instant to the last. */
  readonly cpuMicroseconds: number;
}

const [rate = '', seconds = '', url] = process.argv.slice(2);
const intervalMs = 1000 / Number(rate);
const total = Number(rate) * Number(seconds);
const earlyMs = pacing.earlyMs(intervalMs);
const neverNotified = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
/** What comes first is left out: the pinger too is warm by then. */
const warmUpMs = 1_000;

const lateMs: number[] = [];
const startedAtMs = performance.now() + intervalMs;
const warmUps = Math.ceil(warmUpMs / intervalMs);
let next = 0;
let unanswered = 0;
let cpuBefore = process.cpuUsage();

for (let count = 0; count < pacing.warmUpSpins.count; count++) spin(performance.now() + pacing.warmUpSpins.eachMs);
wait();

function spin(untilMs: number): void {
  while (performance.now() < untilMs);
}

function wait(): void {
  const delayMs = startedAtMs + next * intervalMs - performance.now();
  if (delayMs > earlyMs) {
    setTimeout(look, delayMs - earlyMs);
    return;
  }
  if (delayMs > pacing.spinMs || delayMs <= 0) {
    if (delayMs > 0) Atomics.wait(neverNotified, 0, 0, pacing.standStillMs);
    setImmediate(look);
    return;
  }
  spin(startedAtMs + next * intervalMs);
  look();
}

function look(): void {
  const late = performance.now() - (startedAtMs + next * intervalMs);
  if (late < 0) return wait();
  if (next === warmUps) cpuBefore = process.cpuUsage();
  if (next >= warmUps) lateMs.push(late);
  next += 1;
  if (url !== undefined) send(new URL(url));
  if (next < total + warmUps) wait();
  else if (unanswered === 0) finish();
}

function send({ hostname, port, pathname }: URL): void {
  const createConnection = () => connect({ host: hostname, port: Number(port), noDelay: true });
  unanswered += 1;
  request({ host: hostname, port, path: pathname, createConnection }, (answer) => answer.resume().on('end', onEnd))
    .on('error', (error) => {
      throw error;
    })
    .end();
}

/** Nothing of it shall arrive when it is over. */
function onEnd(): void {
  unanswered -= 1;
  if (unanswered === 0 && next === total + warmUps) finish();
}

function finish(): void {
  const { user, system } = process.cpuUsage(cpuBefore);
  const report: BareLoopReport = { lateMs, cpuMicroseconds: user + system };
  process.send?.(report, () => process.disconnect());
}
