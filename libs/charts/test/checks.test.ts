import { expect, test } from 'vitest';
import { checkManifests } from '../src/checks/check-manifests.ts';
import { local } from '../src/environments/local.ts';
import { draw } from '../src/main.ts';
import { synthesize } from '../src/synth/write-manifests.ts';
import { Broken, sound } from './broken-manifests.ts';

const rolloutName = 'Rollout observed-rollouts/ping-service';
const gateName = 'AnalysisTemplate observed-rollouts/ping-service-gate';

test('the synthesized manifests have no problem', () => {
  expect(checkManifests(sound)).toEqual([]);
});

const cases: readonly [what: string, breakIt: (it: Broken) => void, problems: readonly string[]][] = [
  [
    'an object that is defined twice',
    (it) => it.objects.push(it.get('Service', 'ping-service')),
    ['Service observed-rollouts/ping-service: is defined twice, expected once; rename or remove one'],
  ],
  [
    'an object without its namespace',
    (it) => delete it.get('PodDisruptionBudget', 'ping-service').metadata.namespace,
    [
      'PodDisruptionBudget ping-service: got no namespace, expected one, since PodDisruptionBudget lives in a namespace',
      'PodDisruptionBudget ping-service: selector app.kubernetes.io/instance=ping-service,app.kubernetes.io/name=ping-service matches no pods, expected those of a workload in its namespace',
    ],
  ],
  [
    'a cluster-wide object in a namespace',
    (it) => (it.get('Namespace', 'observability').metadata.namespace = 'other'),
    ['Namespace other/observability: got namespace other, expected none, since Namespace belongs to the cluster'],
  ],
  [
    'a Service whose selector matches no pods',
    (it) => (it.get('Service', 'ping-service').spec.selector = { app: 'ping' }),
    [
      'Service observed-rollouts/ping-service: selector app=ping matches no pods, expected those of a workload in its namespace',
    ],
  ],
  [
    'a Service port that no container has',
    (it) => (it.get('Service', 'ping-service').spec.ports[0].targetPort = 'web'),
    [
      'Service observed-rollouts/ping-service: targetPort web is no port of its pods, expected one of http (8080), metrics (9464)',
    ],
  ],
  [
    'a Service that selects by the hash itself',
    (it) => (it.get('Service', 'ping-service').spec.selector['rollouts-pod-template-hash'] = 'abc'),
    [
      'Service observed-rollouts/ping-service: selector has rollouts-pod-template-hash, expected none; the controller sets it',
    ],
  ],
  [
    "a workload whose selector doesn't match its own pods",
    (it) => (it.get('Deployment', 'pinger').spec.selector.matchLabels = { app: 'x' }),
    ["Deployment observed-rollouts/pinger: selector app=x doesn't match its own pods, expected their labels"],
  ],
  [
    'an account that does not exist',
    (it) => it.remove('ServiceAccount', 'pinger'),
    [
      "Deployment observed-rollouts/pinger: ServiceAccount pinger doesn't exist in its namespace, expected it in the manifests",
    ],
  ],
  [
    'a ConfigMap that does not exist',
    (it) => it.remove('ConfigMap', 'prometheus-rules'),
    [
      "StatefulSet observability/prometheus: ConfigMap prometheus-rules doesn't exist in its namespace, expected it in the manifests",
    ],
  ],
  [
    'variables from a ConfigMap that does not exist',
    (it) => it.remove('ConfigMap', 'grafana-settings'),
    [
      "Deployment observability/grafana: container grafana: ConfigMap grafana-settings doesn't exist in its namespace, expected it in the manifests",
    ],
  ],
  [
    'a volume that is mounted but not there',
    (it) => (it.pingContainer.volumeMounts[0].name = 'temp'),
    [`${rolloutName}: container ping-service: mounts volume temp, expected one of tmp`],
  ],
  [
    'an image without a pin',
    (it) => (it.pingContainer.image = 'registry:5000/ping'),
    [
      `${rolloutName}: container ping-service: got image "registry:5000/ping", expected a tag other than latest or a digest, e.g. app:1.2.3`,
    ],
  ],
  [
    'an image at latest',
    (it) => (it.pingContainer.image = 'ping:latest'),
    [
      `${rolloutName}: container ping-service: got image "ping:latest", expected a tag other than latest or a digest, e.g. app:1.2.3`,
    ],
  ],
  [
    'a variable that is set twice',
    (it) => it.pingContainer.env.push({ name: 'PING_LATENCY', value: '100%0ms' }),
    [`${rolloutName}: container ping-service: has variable PING_LATENCY twice, expected once`],
  ],
  [
    'a probe of a port that the container does not have',
    (it) => (it.pingContainer.readinessProbe.httpGet.port = 'web'),
    [`${rolloutName}: container ping-service: readinessProbe asks port web, expected one of http, metrics`],
  ],
  [
    'a binding to a role that does not exist',
    (it) => (it.get('ClusterRoleBinding', 'argo-rollouts').roleRef.name = 'admin'),
    ["ClusterRoleBinding argo-rollouts: ClusterRole admin doesn't exist, expected it in the manifests"],
  ],
  [
    'a role that takes everything',
    (it) => (it.get('ClusterRole', 'argo-rollouts').rules[0].verbs = ['*']),
    ['ClusterRole argo-rollouts: verbs holds "*", expected the names that are needed'],
  ],
  [
    'a weight that the replicas cannot show',
    (it) => (it.canary.steps[0].setWeight = 10),
    [
      `${rolloutName}: steps[0].setWeight: got 10, which 5 replicas show as 1 + 5 pods = 16.7 %, expected a multiple of 20`,
    ],
  ],
  [
    'a weight over 100',
    (it) => (it.canary.steps[0].setWeight = 200),
    [`${rolloutName}: steps[0].setWeight: got 200, expected a whole number from 0 to 100`],
  ],
  [
    'a step of two kinds',
    (it) => (it.canary.steps[2].pause = {}),
    [`${rolloutName}: steps[2] has setWeight and pause, expected exactly one kind`],
  ],
  [
    'an analysis before there is a canary',
    (it) => it.canary.steps.shift(),
    [`${rolloutName}: steps[0] is analysis, expected setWeight: before it there is no canary`],
  ],
  [
    'a surge that Argo Rollouts would read as 1 %',
    (it) => (it.canary.maxSurge = '1'),
    [`${rolloutName}: maxSurge: got "1", expected a number of pods or a percentage, e.g. 1 or "25%"`],
  ],
  [
    'no surge and no unavailable pod',
    (it) => (it.canary.maxSurge = 0),
    [`${rolloutName}: maxSurge and maxUnavailable are both 0, expected one of them above 0`],
  ],
  [
    'a deadline within the time to become ready',
    (it) => (it.get('Rollout', 'ping-service').spec.minReadySeconds = 300),
    [`${rolloutName}: progressDeadlineSeconds: got 300, expected more than minReadySeconds (300)`],
  ],
  [
    'a canary Service that does not exist',
    (it) => (it.canary.canaryService = 'ping-service-canary'),
    [`${rolloutName}: canaryService ping-service-canary doesn't exist in its namespace, expected it in the manifests`],
  ],
  [
    'a field that needs a traffic router',
    (it) => (it.canary.dynamicStableScale = true),
    [`${rolloutName}: dynamicStableScale works only with a traffic router, expected it to be left out`],
  ],
  [
    'a template that does not exist',
    (it) => (it.canary.steps[1].analysis.templates[0].templateName = 'gate'),
    [`${rolloutName}: steps[1].analysis: template gate doesn't exist, expected it in the manifests`],
  ],
  [
    'an argument that the template does not declare',
    (it) => it.canary.steps[1].analysis.args.push({ name: 'hash', value: 'x' }),
    [
      `${rolloutName}: steps[1].analysis: passes argument hash, expected a declared one: namespace, canary-hash, stable-hash`,
    ],
  ],
  [
    'an argument that gets no value',
    (it) => it.canary.steps[1].analysis.args.pop(),
    [
      `${rolloutName}: steps[1].analysis: argument stable-hash gets no value, expected one: the template has no default`,
    ],
  ],
  [
    'an argument that is no text',
    (it) => (it.canary.steps[1].analysis.args[0] = { name: 'namespace', value: 1 }),
    [`${rolloutName}: steps[1].analysis: argument namespace: got 1, expected a string`],
  ],
  [
    'a query with an argument that is not declared',
    (it) => (it.gate.metrics[0].provider.prometheus.query = 'sum(x{hash="{{args.canaryhash}}"})'),
    [
      `${gateName}: metric failed-answers-of-canary: query holds {{args.canaryhash}}, expected a declared argument: namespace, canary-hash, stable-hash`,
    ],
  ],
  [
    'a gate without an end',
    (it) => delete it.gate.metrics[0].count,
    [
      `${rolloutName}: steps[1].analysis: metric failed-answers-of-canary has count undefined, expected a literal one: a gate must come to an end`,
    ],
  ],
  [
    'a background analysis that ends',
    (it) => {
      it.canary.analysis = it.canary.steps[1].analysis;
      it.canary.steps.splice(1, 1);
    },
    ['failed-answers-of-canary', 'slow-answers-of-canary'].map(
      (metric) =>
        `${rolloutName}: canary.analysis: metric ${metric} has count 300, expected none: a watch that ends guards only half the release`,
    ),
  ],
  [
    'a metric that comes twice',
    (it) => (it.gate.metrics[1].name = 'failed-answers-of-canary'),
    [
      `${rolloutName}: steps[1].analysis: metric failed-answers-of-canary comes twice, expected names of their own across all templates`,
    ],
  ],
  [
    'a metric without a condition',
    (it) => {
      delete it.gate.metrics[0].successCondition;
      delete it.gate.metrics[0].failureCondition;
    },
    [
      `${gateName}: metric failed-answers-of-canary: got no condition, expected one: without it every answer is a success`,
    ],
  ],
  [
    'a condition that takes an empty result for nil',
    (it) => (it.gate.metrics[0].successCondition = 'isNil(result) || result[0] < 1'),
    [
      `${gateName}: metric failed-answers-of-canary: got condition "isNil(result) || result[0] < 1", expected len(result) == 0: an empty result isn't nil`,
    ],
  ],
  [
    'an interval in days',
    (it) => (it.gate.metrics[0].interval = '1d'),
    [
      `${gateName}: metric failed-answers-of-canary: interval: got "1d", expected a duration with unit ms, s, m or h, e.g. 5s`,
    ],
  ],
  [
    'a count below its limits',
    (it) => {
      it.gate.metrics[0].failureLimit = 300;
      it.gate.metrics[0].inconclusiveLimit = 301;
    },
    [
      `${gateName}: metric failed-answers-of-canary: got count 300, expected at least failureLimit + consecutiveSuccessLimit = 301`,
      `${gateName}: metric failed-answers-of-canary: got inconclusiveLimit 301, expected at most count (300)`,
    ],
  ],
];

test.each(cases)('%s is named', (_what, breakIt, problems) => {
  const broken = new Broken();
  breakIt(broken);
  expect(checkManifests(broken.objects)).toEqual(problems);
});

test('all problems come together in one message, also from the synth itself', () => {
  const traffic = { ...local.serviceLevel.traffic, weights: [20, 30, 60, 75] } as const;
  const environment = { ...local, serviceLevel: { ...local.serviceLevel, traffic } };
  expect(() => synthesize(draw(environment))).toThrow(
    [
      'manifests: 2 problems',
      `  ${rolloutName}: steps[2].setWeight: got 30, which 5 replicas show as 2 + 4 pods = 33.3 %, expected a multiple of 20`,
      `  ${rolloutName}: steps[6].setWeight: got 75, which 5 replicas show as 4 + 1 pods = 80 %, expected a multiple of 20`,
    ].join('\n'),
  );
});
