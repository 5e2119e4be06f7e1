import { PbfWriter } from 'pbf';
import type { StoredSeries } from './stored-series.ts';

/** Field numbers of prometheus/prompb/remote.proto and types.proto. */
const fields = {
  request: { series: 1 },
  series: { labels: 1, samples: 2 },
  label: { name: 1, value: 2 },
  sample: { value: 1, timestamp: 2 },
} as const;

/** The one NaN that ends a series; any other is a value. Little-endian. */
const staleMarker = Uint8Array.of(2, 0, 0, 0, 0, 0, 0xf0, 0x7f);

/**
 * Writes series to a Prometheus that receives remote writes.
 *
 * Units:  `origin` is the time of the sequences' start, in milliseconds since the epoch.
 * Errors: rejects with Prometheus' words when it refuses them.
 */
export async function remoteWrite(baseUrl: string, series: readonly StoredSeries[], origin: number): Promise<void> {
  const answer = await fetch(`${baseUrl}/api/v1/write`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-protobuf',
      'content-encoding': 'snappy',
      'x-prometheus-remote-write-version': '0.1.0',
    },
    body: snappyLiteral(encode(series, origin)),
  });
  if (!answer.ok) throw new Error(`remote write: ${answer.status} ${await answer.text()}`);
}

function encode(series: readonly StoredSeries[], origin: number): Uint8Array<ArrayBuffer> {
  const pbf = new PbfWriter();
  for (const one of series) pbf.writeMessage(fields.request.series, (_, to) => writeSeries(one, origin, to), undefined);
  return new Uint8Array(pbf.finish());
}

function writeSeries({ labels, samples }: StoredSeries, origin: number, pbf: PbfWriter): void {
  const sorted = Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, value] of sorted) {
    pbf.writeMessage(
      fields.series.labels,
      (_, to) => {
        to.writeStringField(fields.label.name, name);
        to.writeStringField(fields.label.value, value);
      },
      undefined,
    );
  }
  for (const { at, value } of samples) {
    pbf.writeMessage(
      fields.series.samples,
      (_, to) => {
        if (value === 'stale') writeStaleMarker(to);
        else to.writeDoubleField(fields.sample.value, value);
        to.writeVarintField(fields.sample.timestamp, origin + at);
      },
      undefined,
    );
  }
}

/** Byte by byte: a NaN that passes through a JavaScript number may lose its payload. */
function writeStaleMarker(pbf: PbfWriter): void {
  const fixed64 = 1;
  pbf.writeVarint((fields.sample.value << 3) | fixed64);
  pbf.realloc(staleMarker.length);
  pbf.buf.set(staleMarker, pbf.pos);
  pbf.pos += staleMarker.length;
}

/** Snappy's block format without any compression: the length, then literals of 64 KiB at most. */
function snappyLiteral(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const chunk = 65_536;
  const out: Uint8Array[] = [Uint8Array.from(varint(bytes.length))];
  for (let start = 0; start < bytes.length; start += chunk) {
    const literal = bytes.subarray(start, start + chunk);
    const length = literal.length - 1;
    out.push(Uint8Array.of(61 << 2, length & 0xff, length >> 8), literal);
  }
  return new Uint8Array(Buffer.concat(out));
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}
