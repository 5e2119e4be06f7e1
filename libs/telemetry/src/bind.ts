import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { processSettings, type Setting } from '@observed-rollouts/contract';

/** Why a workload can't start, in words for its operator: the message is all that needs to be shown. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/**
 * Makes a server listen.
 *
 * Errors: {@link StartError} that names the variable to change.
 */
export async function bindServer(
  app: NestFastifyApplication,
  host: string,
  port: number,
  portSetting: Pick<Setting, 'name' | 'example'>,
): Promise<void> {
  try {
    // Not `app.listen`: it would log the error a second time, with its stack.
    await app.getHttpAdapter().getInstance().listen({ host, port });
  } catch (error) {
    throw new StartError(describeBindError(error as NodeJS.ErrnoException, host, port, portSetting), { cause: error });
  }
}

function describeBindError(
  { code, message }: NodeJS.ErrnoException,
  host: string,
  port: number,
  { name, example }: Pick<Setting, 'name' | 'example'>,
): string {
  const { name: hostName, example: hostExample } = processSettings.host;
  switch (code) {
    case 'EADDRINUSE':
      return `${name}: port ${port} of ${host} is in use, got ${port}, expected a free port, e.g. ${name}=${example}; stop the process that listens there or take another port`;
    case 'EACCES':
      return `${name}: port ${port} needs privileges that this process doesn't have, got ${port}, expected a port from 1024 on, e.g. ${name}=${example}`;
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
      return `${hostName}: this machine doesn't have the address, got "${host}", expected one of its addresses, e.g. ${hostName}=${hostExample}`;
    case undefined:
    default:
      return `${name}: can't listen on port ${port} of ${host} (${message}), got ${port}, expected a port that can be bound, e.g. ${name}=${example}`;
  }
}
