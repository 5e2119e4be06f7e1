import { Subject } from '../src/harness/subject.ts';

/** A server that says its port, and answers `/` with 200, `/slow` with 200 after a while, and every other path with 500. */
const server = `
  import { createServer } from 'node:http';
  const server = createServer((request, response) => {
    response.statusCode = ['/', '/slow'].includes(request.url) ? 200 : 500;
    if (request.url === '/slow') setTimeout(() => response.end('answer'), 200);
    else response.end('answer');
  });
  server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));
`;

/** Starts a Node program that is given as text. */
export function startProgram(name: string, program: string, env = {}): Promise<Subject> {
  return Subject.start({ name, nodeArguments: ['--input-type=module', '--eval', program], env });
}

export interface HttpSubject {
  readonly subject: Subject;
  /** Without a path. */
  readonly url: string;
}

export async function startHttpSubject(): Promise<HttpSubject> {
  const subject = await startProgram('server', server);
  const port = () => /port (\d+)/.exec(subject.output)?.[1];
  await subject.ready(() => Promise.resolve(port() !== undefined));
  return { subject, url: `http://127.0.0.1:${port()}` };
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
