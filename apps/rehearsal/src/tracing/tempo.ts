import { otlp } from '@observed-rollouts/contract';
import { InputError } from '@observed-rollouts/command-line';

const timeoutMs = 5_000;
/** Base address of a Tempo's API, in messages. */
export const tempoExample = 'http://localhost:3200';
const receiverExample = `http://localhost:${otlp.httpPort}`;

/** One request of an exporter, as it came. */
export interface TraceRequest {
  readonly body: Uint8Array;
  readonly contentType: string;
  /** Such as `gzip`; empty for none. */
  readonly contentEncoding: string;
}

export interface TempoAddresses {
  /** Base address of the API, such as `http://localhost:3200`. */
  readonly url: string;
  /**
   * Base address of the OTLP/HTTP receiver.
   * @default the host of `url` on the port of OTLP over HTTP
   */
  readonly otlpUrl?: string | undefined;
}

/** A Tempo that the traces of rehearsals go to as well. */
export class Tempo {
  readonly #url: string;
  readonly #otlpUrl: string;
  readonly #report: (message: string) => void;
  readonly #sending = new Set<Promise<void>>();
  #failed = false;

  private constructor(url: string, otlpUrl: string, report: (message: string) => void) {
    this.#url = url;
    this.#otlpUrl = otlpUrl;
    this.#report = report;
  }

  /**
   * Makes sure that both addresses are Tempo's.
   *
   * Errors: {@link InputError} when one of them isn't an address, doesn't answer, or answers otherwise than Tempo.
   *
   * @param report is told once when a request of traces is not taken later on.
   */
  static async connect({ url, otlpUrl }: TempoAddresses, report: (message: string) => void): Promise<Tempo> {
    const base = readUrl('--tempo', url, tempoExample);
    const receiver =
      otlpUrl === undefined ? onPort(base, otlp.httpPort) : readUrl('--tempo-otlp', otlpUrl, receiverExample);
    const echo = await answerOf('--tempo', `${base}/api/echo`);
    if (echo.text.trim() !== 'echo')
      throw new InputError([
        `--tempo: ${base}/api/echo: got ${describeAnswer(echo)}, expected "echo" as Tempo answers, e.g. --tempo ${tempoExample}`,
      ]);
    const taken = await answerOf('--tempo-otlp', `${receiver}${otlp.tracesPath}`, emptyRequest);
    if (taken.status !== 200)
      throw new InputError([
        `--tempo-otlp: ${receiver}${otlp.tracesPath}: got ${describeAnswer(taken)}, expected 200 for a request without traces, e.g. --tempo-otlp ${receiverExample}`,
      ]);
    return new Tempo(base, receiver, report);
  }

  /** Where a trace can be read. */
  linkTo(traceId: string): string {
    return `${this.#url}/api/traces/${traceId}`;
  }

  /** Passes an exporter's request on. Never rejects: a Tempo that has gone costs links, not the rehearsal. */
  forward({ body, contentType, contentEncoding }: TraceRequest): void {
    const headers = {
      'content-type': contentType,
      ...(contentEncoding === '' ? {} : { 'content-encoding': contentEncoding }),
    };
    const sending = post(`${this.#otlpUrl}${otlp.tracesPath}`, headers, body)
      .then(({ status }) => (status === 200 ? undefined : this.#fail(`status ${status}`)))
      .catch((error: unknown) => this.#fail(reasonOf(error)))
      .finally(() => this.#sending.delete(sending));
    this.#sending.add(sending);
  }

  /** Resolves when everything that was passed on has been taken or refused. */
  async flush(): Promise<void> {
    await Promise.all(this.#sending);
  }

  #fail(reason: string): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#report(`Tempo didn't take traces (${reason}): some links lead to nothing`);
  }
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

const emptyRequest = new TextEncoder().encode('{"resourceSpans":[]}');

function readUrl(option: string, text: string, example: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol)) return text.replace(/\/+$/, '');
  throw new InputError([
    `${option}: got ${JSON.stringify(text)}, expected an http or https URL, e.g. ${option} ${example}`,
  ]);
}

function onPort(base: string, port: number): string {
  const url = new URL(base);
  return `${url.protocol}//${url.hostname}:${port}`;
}

async function answerOf(option: string, url: string, body?: Uint8Array): Promise<Answer> {
  try {
    return body === undefined ? await get(url) : await post(url, { 'content-type': 'application/json' }, body);
  } catch (error) {
    throw new InputError([`${option}: ${url}: no answer (${reasonOf(error)}), expected a running Tempo`]);
  }
}

async function get(url: string): Promise<Answer> {
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
  return { status: response.status, text: await response.text() };
}

async function post(url: string, headers: Record<string, string>, body: Uint8Array): Promise<Answer> {
  const request = { method: 'POST', headers, body: Uint8Array.from(body), signal: AbortSignal.timeout(timeoutMs) };
  const response = await fetch(url, request);
  return { status: response.status, text: await response.text() };
}

function describeAnswer({ status, text }: Answer): string {
  const [line = ''] = text.trim().split('\n');
  return `status ${status} ${JSON.stringify(line.slice(0, 60))}`;
}

/** `fetch` says only that it failed; its cause says why. */
function reasonOf(error: unknown): string {
  const { cause } = error as Error;
  return cause instanceof Error ? cause.message : (error as Error).message;
}
