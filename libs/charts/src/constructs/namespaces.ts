import { Namespace } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import type { NamespaceName } from '../components.ts';

/** Version of the Pod Security Standards that pods are held to, so that an upgraded cluster doesn't move the bar unseen. */
const standardVersion = 'v1.34';

/** The namespaces, each of which refuses a pod that doesn't meet the Pod Security Standard "restricted". */
export class Namespaces extends Construct {
  constructor(scope: Construct, names: readonly NamespaceName[]) {
    super(scope, 'namespaces');
    for (const name of names) {
      new Namespace(this, name, {
        metadata: {
          name,
          labels: {
            'app.kubernetes.io/part-of': 'observed-rollouts',
            'app.kubernetes.io/managed-by': 'cdk8s',
            ...podSecurityLabels(),
          },
        },
      });
    }
  }
}

function podSecurityLabels(): Record<string, string> {
  return Object.fromEntries(
    ['enforce', 'audit', 'warn'].flatMap((mode) => [
      [`pod-security.kubernetes.io/${mode}`, 'restricted'],
      [`pod-security.kubernetes.io/${mode}-version`, standardVersion],
    ]),
  );
}
