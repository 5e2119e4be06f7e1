/**
 * A service file to start from, with every choice explained.
 *
 * @param schema path or URL of the published schema, for editors.
 */
export function starterFile(schema: string): string {
  return `# yaml-language-server: $schema=${schema}
# What each field means, and what a service must expose: docs/rehearse-your-service.md
name: my-service

# The version that serves now. The process finds its port in PORT; {port} stands for it in command and environment.
stable:
  command: [node, server.mjs]
  environment: { LOG_LEVEL: warn }
  # inherit: [HOME]            # variables of your shell; otherwise only PATH is there
  # workingDirectory: .        # relative to this file

# The version that is released: what differs from the stable one.
candidate:
  environment: { FEATURE: 'on' }

readiness: { path: /healthz }

# Sent at a constant rate, each request on a connection of its own.
request: { path: / }
rate: 50 # per second over all pods; more requests mean a sooner verdict

# Where your service counts its answers.
metrics:
  path: /metrics
  histogram: http_request_duration_seconds # without _bucket
  # unit: milliseconds         # when the buckets are
  # counter: http_requests_total # when answers are counted apart from durations
  status: { label: code, failed: 5.. }
  # labels: { handler: / }     # judge only these series: leave out probes and scrapes

# What is fine, and what a release is refused for.
objectives:
  availability: { acceptable: 1%, refused: 10% }
  latency: { bound: 250ms, acceptable: 5%, refused: 30% } # the bound is a bucket of the histogram

replicas: 5
weights: [20, 40, 60, 80] # percent of the pods; the gate judges the first
expect: promoted # exit code 0 when the release ends like this
`;
}
