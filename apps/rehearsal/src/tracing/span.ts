export type AttributeValue = string | number | boolean;

/** A finished span as a workload exported it. */
export interface Span {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  /** Absent for the first span of a trace. */
  readonly parentSpanId?: string;
  readonly name: string;
  /** `service.name` of the process. */
  readonly service: string;
  readonly kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer' | 'unspecified';
  /** Milliseconds since the epoch, with fractions. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly isError: boolean;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  /** Of the process: `service.version`, `k8s.pod.name`, … */
  readonly resource: Readonly<Record<string, AttributeValue>>;
}

const kinds = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const;

/** Kind by its number in OTLP. */
export function spanKind(number: number): Span['kind'] {
  return kinds[number] ?? 'unspecified';
}

/** `STATUS_CODE_ERROR` of OTLP. */
export const errorStatus = 2;
