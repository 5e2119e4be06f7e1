import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { AttributeValue } from '@opentelemetry/api';
import {
  ATTR_CLIENT_ADDRESS,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_REQUEST_METHOD_ORIGINAL,
  ATTR_NETWORK_PEER_ADDRESS,
  ATTR_NETWORK_PEER_PORT,
  ATTR_NETWORK_PROTOCOL_VERSION,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  ATTR_URL_PATH,
  ATTR_URL_QUERY,
  ATTR_URL_SCHEME,
  ATTR_USER_AGENT_ORIGINAL,
} from '@opentelemetry/semantic-conventions';
import parseForwarded from 'forwarded-parse';
import { SpanAttributes } from './span-attributes.ts';

/** The methods that the semantic conventions tell apart; any other is `_OTHER`. */
const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', 'QUERY']);
const otherMethod = '_OTHER';

/** Query parameters that are credentials (semantic conventions, `url.query`). */
const secretParameters = [
  'sig',
  'Signature',
  'AWSAccessKeyId',
  'X-Goog-Signature',
  'X-Amz-Signature',
  'X-Amz-Credential',
  'X-Amz-Security-Token',
];
const redacted = 'REDACTED';

const defaultPorts: Readonly<Record<string, number>> = { http: 80, https: 443 };

/** A path that a URL parser leaves as it is: segments without dots, escapes or empty parts. */
const plainPath = /^(?:\/[\w-]+)+$/;

type Entries = SpanAttributes['entries'];

interface Address {
  readonly host: string;
  readonly port?: number | undefined;
}

/**
 * What the semantic conventions for HTTP servers ask a span to say about its request.
 *
 * Edge: a header that a proxy added (`Forwarded`, `X-Forwarded-*`) wins over what the connection says; one that can't be parsed counts as absent.
 */
export function requestAttributes(request: IncomingMessage): SpanAttributes {
  const { headers, socket, method = 'GET', url = '/' } = request;
  const scheme = (socket as Partial<TLSSocket>).encrypted ? 'https' : 'http';
  const forwarded = headers.forwarded === undefined ? [] : parseForwardedHeader(headers.forwarded);
  const server = serverAddress(request, forwarded, scheme);
  const isKnown = knownMethods.has(method);
  const entries: Entries = [ATTR_HTTP_REQUEST_METHOD, isKnown ? method : otherMethod, ATTR_URL_SCHEME, scheme];
  add(entries, ATTR_SERVER_ADDRESS, server?.host);
  add(entries, ATTR_SERVER_PORT, server?.port);
  add(entries, ATTR_CLIENT_ADDRESS, clientAddress(request, forwarded));
  add(entries, ATTR_NETWORK_PEER_ADDRESS, socket.remoteAddress);
  add(entries, ATTR_NETWORK_PEER_PORT, socket.remotePort);
  add(entries, ATTR_NETWORK_PROTOCOL_VERSION, request.httpVersion);
  add(entries, ATTR_USER_AGENT_ORIGINAL, headers['user-agent']);
  if (!isKnown) add(entries, ATTR_HTTP_REQUEST_METHOD_ORIGINAL, method);
  if (plainPath.test(url)) add(entries, ATTR_URL_PATH, url);
  else addUrl(entries, url, `${scheme}://${headers.host ?? 'localhost'}`);
  return new SpanAttributes(entries);
}

function add(entries: Entries, key: string, value: AttributeValue | undefined): void {
  if (value !== undefined) entries.push(key, value);
}

function addUrl(entries: Entries, target: string, base: string): void {
  const url = URL.parse(target, base);
  if (url === null) return;
  add(entries, ATTR_URL_PATH, url.pathname);
  if (url.search === '') return;
  for (const name of secretParameters) if (url.searchParams.has(name)) url.searchParams.set(name, redacted);
  add(entries, ATTR_URL_QUERY, url.searchParams.toString());
}

type Forwarded = ReturnType<typeof parseForwarded>;

function parseForwardedHeader(header: string): Forwarded {
  try {
    return parseForwarded(header);
  } catch {
    return [];
  }
}

function serverAddress({ headers }: IncomingMessage, forwarded: Forwarded, scheme: string): Address | undefined {
  for (const { host, proto } of forwarded) if (host) return parseHost(host, proto);
  const forwardedHost = headers['x-forwarded-host'];
  if (typeof forwardedHost === 'string') return parseHost(forwardedHost, `${headers['x-forwarded-proto']}`);
  return headers.host ? parseHost(headers.host, scheme) : undefined;
}

let latestHost = { text: '', scheme: '' as string | undefined, address: { host: '' } as Address };

/** Most requests name the host that the one before named. */
function parseHost(text: string, scheme: string | undefined): Address {
  if (text !== latestHost.text || scheme !== latestHost.scheme) {
    latestHost = { text, scheme, address: splitHost(text, scheme) };
  }
  return latestHost.address;
}

/** Splits `host:port`; without a port it is the scheme's, if that is known. An IPv6 address keeps its brackets. */
function splitHost(text: string, scheme: string | undefined): Address {
  const portStart = text.lastIndexOf(':');
  if (portStart === -1 || text.endsWith(']')) return { host: text, port: defaultPorts[scheme ?? ''] };
  return { host: text.slice(0, portStart), port: Number(text.slice(portStart + 1)) };
}

function clientAddress({ headers, socket }: IncomingMessage, forwarded: Forwarded): string | undefined {
  for (const entry of forwarded) if (entry.for) return withoutPort(entry.for);
  const forwardedFor = headers['x-forwarded-for'];
  if (typeof forwardedFor !== 'string') return socket.remoteAddress;
  return withoutPort((forwardedFor.split(',', 1)[0] as string).trim());
}

function withoutPort(text: string): string {
  const hostname = URL.parse(`http://${text}`)?.hostname ?? text;
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}
