import { SchemaReader, type StructuralSchema } from '../src/crds/schema-from-types.ts';
import type { KubernetesObject } from '../src/synth/kubernetes-object.ts';

const anything: StructuralSchema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

/** Types that end the walk here: scalars, and the one type that holds itself. */
const reader = new SchemaReader({
  MetaV1Time: { type: 'string' },
  IntstrIntOrString: { type: 'string' },
  ApiResourceQuantity: { type: 'string' },
  V1JSONSchemaProps: anything,
});
const schemas = new Map<string, StructuralSchema>();

/**
 * Fields of an object that its published type doesn't have: typing errors that the package's own validator lets through.
 *
 * Shape: paths such as `spec.template.spec.containers[0].imagee`.
 */
export function unknownFields(object: KubernetesObject): string[] {
  return walk(object, schemaOf(object), '');
}

/** Fields of a value that a schema doesn't have; paths as in {@link unknownFields}. */
export function fieldsOutside(value: object, schema: StructuralSchema): string[] {
  return walk(value, schema, '');
}

/** Module of the published model of an object's kind. */
export function modelModule({ apiVersion, kind }: KubernetesObject): string {
  const isArgo = apiVersion.startsWith('argoproj.io/');
  return `${isArgo ? '@kubernetes-models/argo-rollouts' : 'kubernetes-models'}/${apiVersion}/${kind}`;
}

function schemaOf(object: KubernetesObject): StructuralSchema {
  const module = modelModule(object);
  const schema = schemas.get(module) ?? reader.readInterface(module, `I${object.kind}`);
  schemas.set(module, schema);
  return schema;
}

function walk(value: unknown, schema: StructuralSchema, path: string): string[] {
  if (schema['x-kubernetes-preserve-unknown-fields'] === true) return [];
  if (Array.isArray(value)) {
    return value.flatMap((item, index) =>
      schema.items === undefined ? [] : walk(item, schema.items, `${path}[${index}]`),
    );
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    const place = path === '' ? key : `${path}.${key}`;
    const childSchema = schema.properties?.[key] ?? schema.additionalProperties;
    return childSchema === undefined ? [place] : walk(child, childSchema, place);
  });
}
