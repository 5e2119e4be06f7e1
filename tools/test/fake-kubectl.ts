import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One scripted answer; the first whose words are all among the arguments is given, each of its turns once, the last for ever. */
export interface Answer {
  readonly when: readonly string[];
  readonly turns: readonly { readonly stdout?: string; readonly stderr?: string; readonly code?: number }[];
}

/** One recorded run. */
export interface Call {
  readonly args: readonly string[];
  readonly input: string;
}

const program = (folder: string) => `#!${process.execPath}
const fs = require('node:fs');
const answers = JSON.parse(fs.readFileSync('${folder}/answers.json', 'utf8'));
const args = process.argv.slice(2);
const input = args.includes('-') ? fs.readFileSync(0, 'utf8') : '';
fs.appendFileSync('${folder}/calls.jsonl', JSON.stringify({ args, input }) + '\\n');
const index = answers.findIndex(({ when }) => when.every((word) => args.some((arg) => arg.includes(word))));
if (index < 0) { console.error('fake kubectl: no answer to ' + args.join(' ')); process.exit(97); }
const calls = fs.readFileSync('${folder}/calls.jsonl', 'utf8').trim().split('\\n').map((line) => JSON.parse(line).args);
const before = calls.filter((call) => answers.findIndex(({ when }) => when.every((word) => call.some((arg) => arg.includes(word)))) === index).length - 1;
const turn = answers[index].turns[Math.min(before, answers[index].turns.length - 1)];
process.stdout.write(turn.stdout ?? '');
process.stderr.write(turn.stderr ?? '');
process.exitCode = turn.code ?? 0;
`;

/** A `kubectl` of our own on a PATH of its own: it records every run and answers from a script. */
export class FakeKubectl {
  readonly #folder = mkdtempSync(join(tmpdir(), 'fake-kubectl-'));

  constructor(answers: readonly Answer[]) {
    writeFileSync(join(this.#folder, 'answers.json'), JSON.stringify(answers));
    const path = join(this.#folder, 'kubectl');
    // Not `.mjs`: the kernel starts it by its name; a folder without package.json makes it CommonJS.
    writeFileSync(path, program(this.#folder));
    chmodSync(path, 0o755);
  }

  get env(): NodeJS.ProcessEnv {
    return { PATH: this.#folder };
  }

  get calls(): Call[] {
    const lines = readFileSync(join(this.#folder, 'calls.jsonl'), 'utf8').trim().split('\n');
    return lines.map((line) => JSON.parse(line) as Call);
  }
}
