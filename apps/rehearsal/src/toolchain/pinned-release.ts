/** The Prometheus that is fetched where none is installed: the version that the manifests deploy. */
export const pinnedVersion = '3.14.0';

const releaseUrl = `https://github.com/prometheus/prometheus/releases/download/v${pinnedVersion}`;

/** SHA-256 of the release archives. For a platform that isn't here, the release's own list is fetched over HTTPS, and that is said. */
export const archiveChecksums: Readonly<Record<string, string>> = {
  'linux-amd64': 'f665c6da19eb7ba399c915d30c7d9793c9b417bf8a749b504bc470678631478d',
  'darwin-arm64': 'a9623f7f4fe65b1b171b423c1a72bbf23dfdf41a171dcb33e7dd302af80dc01c',
};

export const checksumListUrl = `${releaseUrl}/sha256sums.txt`;

const platforms: Readonly<Record<string, string>> = { linux: 'linux', darwin: 'darwin', win32: 'windows' };
const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

export interface Archive {
  /** `linux-amd64` */
  readonly platform: string;
  /** Name without extension, which is also the folder inside. */
  readonly name: string;
  readonly url: string;
}

/** The archive for a platform and architecture as Node.js names them; `undefined` when there is none that can be unpacked here. */
export function archiveFor(platform: string, architecture: string): Archive | undefined {
  const system = platforms[platform];
  const processor = architectures[architecture];
  if (system === undefined || processor === undefined || system === 'windows') return undefined;
  const name = `prometheus-${pinnedVersion}.${system}-${processor}`;
  return { platform: `${system}-${processor}`, name, url: `${releaseUrl}/${name}.tar.gz` };
}
