import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A process, told apart from a later one with the same id. */
interface Identity {
  readonly pid: number;
  readonly startedAt: string;
}

/** Everything that a program has started or listened on, as Linux lists it, so that nothing of it can be overlooked later. */
export class Footprint {
  readonly #pid: number;
  readonly #processes = new Map<string, Identity>();
  /** Ports by the inode of the socket: another program may listen on the same port later. */
  readonly #sockets = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;

  /** Looks until {@link close}. */
  constructor(pid: number) {
    this.#pid = pid;
    this.#timer = setInterval(() => this.look(), 500);
  }

  get processes(): readonly number[] {
    return [...this.#processes.values()].map(({ pid }) => pid);
  }

  get ports(): readonly number[] {
    return [...new Set(this.#sockets.values())];
  }

  look(): void {
    const pids = [this.#pid, ...childrenOf(this.#pid)];
    const listening = listeningPorts();
    for (const pid of pids) {
      const startedAt = startOf(pid);
      if (startedAt !== undefined && pid !== this.#pid) this.#processes.set(`${pid} ${startedAt}`, { pid, startedAt });
      for (const inode of socketsOf(pid)) {
        const port = listening.get(inode);
        if (port !== undefined) this.#sockets.set(inode, port);
      }
    }
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Processes that still run. */
  get alive(): readonly number[] {
    return [...this.#processes.values()]
      .filter(({ pid, startedAt }) => startOf(pid) === startedAt)
      .map(({ pid }) => pid);
  }

  /** Ports of the sockets that still take connections, whoever holds them now. */
  get openPorts(): readonly number[] {
    const listening = listeningPorts();
    return [...this.#sockets].filter(([inode]) => listening.has(inode)).map(([, port]) => port);
  }
}

/** Ids of the processes that a process has started. */
export function childrenOf(pid: number): readonly number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return children === '' ? [] : children.split(' ').map(Number);
  } catch {
    return [];
  }
}

/** The words of the command that started a process. */
export function commandOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/** `undefined` once it has ended. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function socketsOf(pid: number): readonly string[] {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).flatMap(
      (name) => /^socket:\[(\d+)\]$/.exec(tryReadLink(`${folder}/${name}`))?.[1] ?? [],
    );
  } catch {
    return [];
  }
}

function tryReadLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

/** Ports by the inode of their socket; state 0A is LISTEN. */
function listeningPorts(): ReadonlyMap<string, number> {
  const tables = ['tcp', 'tcp6'].map((name) => readFileSync(`/proc/net/${name}`, 'utf8'));
  const rows = tables.flatMap((table) => table.trim().split('\n').slice(1)).map((row) => row.trim().split(/\s+/));
  return new Map(
    rows
      .filter(([, , , state]) => state === '0A')
      .map((row) => [row[9] as string, Number.parseInt((row[1] as string).split(':')[1] as string, 16)]),
  );
}
