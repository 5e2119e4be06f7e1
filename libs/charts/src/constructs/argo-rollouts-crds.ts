import { Construct } from 'constructs';
import type { ICustomResourceDefinition } from 'kubernetes-models/apiextensions.k8s.io/v1/CustomResourceDefinition';
import type { IJSONSchemaProps } from 'kubernetes-models/apiextensions.k8s.io/v1/JSONSchemaProps';
import { recommendedLabels, systems } from '../components.ts';
import { SchemaReader, type StructuralSchema } from '../crds/schema-from-types.ts';
import { TypedObject } from '../synth/typed-object.ts';

interface Column {
  readonly name: string;
  readonly type: 'integer' | 'string' | 'date';
  readonly jsonPath: string;
  readonly description: string;
}

interface Definition {
  readonly kind: string;
  readonly plural: string;
  readonly shortName: string;
  readonly scope: 'Namespaced' | 'Cluster';
  readonly columns: readonly Column[];
}

const group = 'argoproj.io';
const version = 'v1alpha1';

const age: Column = {
  name: 'Age',
  type: 'date',
  jsonPath: '.metadata.creationTimestamp',
  description: 'Time since creation',
};
const phase: Column = { name: 'Status', type: 'string', jsonPath: '.status.phase', description: 'Phase of the run' };

/** The five kinds of Argo Rollouts 1.9: the controller starts only when all of them exist, used or not. */
const definitions: readonly Definition[] = [
  { kind: 'AnalysisRun', plural: 'analysisruns', shortName: 'ar', scope: 'Namespaced', columns: [phase, age] },
  { kind: 'AnalysisTemplate', plural: 'analysistemplates', shortName: 'at', scope: 'Namespaced', columns: [age] },
  {
    kind: 'ClusterAnalysisTemplate',
    plural: 'clusteranalysistemplates',
    shortName: 'cat',
    scope: 'Cluster',
    columns: [age],
  },
  { kind: 'Experiment', plural: 'experiments', shortName: 'exp', scope: 'Namespaced', columns: [phase, age] },
  {
    kind: 'Rollout',
    plural: 'rollouts',
    shortName: 'ro',
    scope: 'Namespaced',
    columns: [
      count('Desired', '.spec.replicas', 'Pods that the spec asks for'),
      count('Current', '.status.replicas', 'Pods that exist'),
      count('Up-to-date', '.status.updatedReplicas', 'Pods of the newest version'),
      count('Available', '.status.availableReplicas', 'Pods that have been ready long enough'),
      age,
    ],
  },
];

function count(name: string, jsonPath: string, description: string): Column {
  return { name, type: 'integer', jsonPath, description };
}

/** The definitions of Argo Rollouts' kinds, with schemas read from the types that the manifests are written in. */
export class ArgoRolloutsCrds extends Construct {
  constructor(scope: Construct) {
    super(scope, 'crds');
    const reader = new SchemaReader();
    for (const definition of definitions) this.addDefinition(definition, reader);
  }

  private addDefinition({ kind, plural, shortName, scope, columns }: Definition, reader: SchemaReader): void {
    const types = `@kubernetes-models/argo-rollouts/${group}/${version}/${kind}`;
    const schema = reader.readObject(types, `I${kind}`);
    const isRollout = kind === 'Rollout';
    new TypedObject<ICustomResourceDefinition>(this, {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: {
        name: `${plural}.${group}`,
        labels: recommendedLabels(systems.argoRollouts),
        annotations: { 'argocd.argoproj.io/sync-options': 'ServerSideApply=true' },
      },
      spec: {
        group,
        scope,
        names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase(), shortNames: [shortName] },
        versions: [
          {
            name: version,
            served: true,
            storage: true,
            additionalPrinterColumns: [...columns],
            schema: { openAPIV3Schema: (isRollout ? withFixedSelector(schema) : schema) as IJSONSchemaProps },
            // Only on Rollout: the controller writes the status of runs and experiments with the object itself.
            ...(isRollout && { subresources: rolloutSubresources }),
          },
        ],
      },
    });
  }
}

const rolloutSubresources = {
  status: {},
  scale: {
    specReplicasPath: '.spec.replicas',
    statusReplicasPath: '.status.HPAReplicas',
    labelSelectorPath: '.status.selector',
  },
};

/** A Rollout whose selector changes would orphan its pods. */
function withFixedSelector(rollout: StructuralSchema): StructuralSchema {
  const { spec } = rollout.properties ?? {};
  const selector = spec?.properties?.['selector'];
  if (spec === undefined || selector === undefined) {
    throw new Error('rollouts.argoproj.io: got a schema without spec.selector, expected one; were the types renamed?');
  }
  const fixed: StructuralSchema = {
    ...selector,
    'x-kubernetes-validations': [{ rule: 'self == oldSelf', message: 'spec.selector is immutable' }],
  };
  return {
    ...rollout,
    properties: { ...rollout.properties, spec: { ...spec, properties: { ...spec.properties, selector: fixed } } },
  };
}
