import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { Footprint } from './left-behind.ts';

it.runIf(process.platform === 'linux')(
  'a port is held against a program as long as its own socket listens, and not when another one takes the port later',
  async () => {
    const program =
      "const server = require('net').createServer().listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}`))";
    const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill());
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const port = Number(line.toString());
    const footprint = new Footprint(child.pid as number);
    footprint.look();
    footprint.close();
    expect([footprint.ports, footprint.openPorts]).toEqual([[port], [port]]);

    child.kill();
    await once(child, 'exit');
    const later = createServer().listen(port, '127.0.0.1');
    await once(later, 'listening');
    expect([footprint.ports, footprint.openPorts]).toEqual([[port], []]);
    later.close();
  },
);
