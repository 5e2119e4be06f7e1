import type { IObjectMeta } from '@kubernetes-models/apimachinery/apis/meta/v1/ObjectMeta';
import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';

/** What every Kubernetes object has; its names are explicit, never generated. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: IObjectMeta;
}

/** An object in the words of its YAML, checked by its published type; nothing is renamed, added or dropped on the way out. */
export class TypedObject<T extends Manifest> extends ApiObject {
  /** Edge: the metadata needs a name, and a namespace unless the kind has none. */
  constructor(scope: Construct, manifest: T & { readonly metadata: { readonly name: string } }) {
    const { name, namespace } = manifest.metadata;
    super(scope, [manifest.kind, ...(namespace === undefined ? [] : [namespace]), name].join('-').toLowerCase(), {
      ...manifest,
    });
  }
}
