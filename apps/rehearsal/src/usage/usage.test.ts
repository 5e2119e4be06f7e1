import { expect, it } from 'vitest';
import { parseProc, parsePs, type ProcessUsage, readProcessUsage } from './process-usage.ts';
import { UsageMeter } from './usage-meter.ts';

it('reads CPU time and memory of a Linux process, whatever its name', () => {
  const stat = '812 (node (a) b) S 1 812 812 0 -1 4194560 100 0 0 0 251 49 0 0 20 0 11 0 5000 1000 2000';
  expect(parseProc(stat, 'Name:\tnode\nVmRSS:\t   2048 kB\n')).toEqual({ cpuSeconds: 3, memoryBytes: 2_097_152 });
  expect(parseProc(stat, 'Name:\tnode\nState:\tZ (zombie)\n').memoryBytes).toBe(0);
});

it('reads what ps writes elsewhere', () => {
  expect(parsePs('  812   0:03.25  1024\n 9 1-02:00:01 2\n')).toEqual([
    [812, { cpuSeconds: 3.25, memoryBytes: 1_048_576 }],
    [9, { cpuSeconds: 93_601, memoryBytes: 2_048 }],
  ]);
});

it('reads this very process, and leaves out one that is not there', async () => {
  const usage = await readProcessUsage([process.pid, 2 ** 22 + 1]);
  expect([...usage.keys()]).toEqual([process.pid]);
  expect(usage.get(process.pid)?.cpuSeconds).toBeGreaterThan(0);
  expect(usage.get(process.pid)?.memoryBytes).toBeGreaterThan(10_000_000);
});

it('keeps what ended processes took, the greatest memory, and splits its own CPU time among releases', async () => {
  const own = { cpuSeconds: 5, memoryBytes: 100 };
  const table = new Map<number, ProcessUsage>([[1, { cpuSeconds: 1, memoryBytes: 1_000 }]]);
  const read = (pids: readonly number[]) => Promise.resolve(new Map([...table].filter(([pid]) => pids.includes(pid))));
  const meter = new UsageMeter({ read, own: () => ({ ...own }) });
  const first = meter.measure(() => [1, 2]);
  own.cpuSeconds = 7;
  await meter.look();
  const second = meter.measure(() => [3]);
  table.delete(1);
  table.set(2, { cpuSeconds: 0.5, memoryBytes: 10 }).set(3, { cpuSeconds: 4, memoryBytes: 40 });
  own.cpuSeconds = 8;
  expect(await first.end()).toEqual({ harnessCpuSeconds: 2.5, workloadCpuSeconds: 1.5, peakMemoryBytes: 1_100 });
  own.cpuSeconds = 9;
  expect(await second.end()).toEqual({ harnessCpuSeconds: 1.5, workloadCpuSeconds: 4, peakMemoryBytes: 140 });
  meter.close();
});
