// A service in plain Node, without any library: it counts its own answers and drains when it is told to end.
import { createServer } from 'node:http';

const port = Number(process.env.PORT ?? 3000);
const failPercent = Number(process.env.FAIL_PERCENT ?? 0);
const delayMs = Number(process.env.DELAY_MS ?? 5);
/** After SIGTERM: how long proxies may still send requests. */
const drainMs = 2_500;

/** Upper bounds in seconds. */
const buckets = [0.005, 0.025, 0.1, 0.25, 1, 2.5];
/** Durations by status code; both are there from the first scrape on, so that no first count is missed. */
const durations = new Map(['200', '500'].map((code) => [code, { counts: buckets.map(() => 0), sum: 0, count: 0 }]));
let draining = false;

function observe(code, seconds) {
  const series = durations.get(code);
  buckets.forEach((bound, index) => {
    if (seconds <= bound) series.counts[index]++;
  });
  series.sum += seconds;
  series.count++;
}

function exposition() {
  const lines = ['# TYPE hello_request_seconds histogram'];
  for (const [code, { counts, sum, count }] of durations) {
    counts.forEach((value, index) =>
      lines.push(`hello_request_seconds_bucket{handler="hello",code="${code}",le="${buckets[index]}"} ${value}`),
    );
    lines.push(`hello_request_seconds_bucket{handler="hello",code="${code}",le="+Inf"} ${count}`);
    lines.push(`hello_request_seconds_sum{handler="hello",code="${code}"} ${sum}`);
    lines.push(`hello_request_seconds_count{handler="hello",code="${code}"} ${count}`);
  }
  return `${lines.join('\n')}\n`;
}

function hello(response) {
  const start = performance.now();
  setTimeout(() => {
    const code = Math.random() * 100 < failPercent ? 500 : 200;
    observe(`${code}`, (performance.now() - start) / 1000);
    response.writeHead(code).end(code === 200 ? 'hello\n' : 'sorry\n');
  }, delayMs);
}

const server = createServer((request, response) => {
  const path = request.url.split('?')[0];
  if (path === '/hello') return hello(response);
  if (path === '/healthz') return response.writeHead(draining ? 503 : 200).end();
  if (path === '/metrics') return response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(exposition());
  return response.writeHead(404).end();
});
server.listen(port, () => console.log(`listens on port ${port}`));

process.on('SIGTERM', () => {
  draining = true;
  setTimeout(() => server.close(() => process.exit(0)), drainMs);
});
