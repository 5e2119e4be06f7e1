/** One container image: where it comes from and which one exactly. */
export interface Image {
  readonly repository: string;
  readonly tag: string;
  /** `sha256:…`; wins over the tag, which then only tells a reader what it is. */
  readonly digest?: string;
  readonly pullPolicy: 'Always' | 'IfNotPresent';
}

export type ImageName = 'pingService' | 'pinger' | 'argoRollouts' | 'prometheus' | 'alertmanager' | 'tempo' | 'grafana';
export type ImageTable = Readonly<Record<ImageName, Image>>;

/** The reference of an image as a pod spec holds it: `repository:tag`, or `repository:tag@sha256:…`. */
export function imageReference({ repository, tag, digest }: Image): string {
  return digest === undefined ? `${repository}:${tag}` : `${repository}:${tag}@${digest}`;
}

/** Images that come from a registry; the apps' own are an environment's. */
export const platformImages = {
  argoRollouts: upstream('quay.io/argoproj/argo-rollouts', 'v1.9.1'),
  prometheus: upstream('quay.io/prometheus/prometheus', 'v3.14.0'),
  alertmanager: upstream('quay.io/prometheus/alertmanager', 'v0.34.0'),
  tempo: upstream('docker.io/grafana/tempo', '3.0.3'),
  // 13.1 is the last minor release that has the Prometheus and Tempo data sources built in; from 13.2 on they are processes of their own.
  grafana: upstream('docker.io/grafana/grafana', '13.1.4'),
} as const satisfies Partial<ImageTable>;

function upstream(repository: string, tag: string): Image {
  return { repository, tag, pullPolicy: 'IfNotPresent' };
}
