import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isAlive } from '@hostwright/platform/start';
import { restartDelayMs } from './restart-delay.js';
import { SupervisedProcess, type ProcessEvent } from './supervised-process.js';

let folder: string;
let events: ProcessEvent[];
let processes: SupervisedProcess[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'supervised-'));
  events = [];
  processes = [];
});
afterEach(async () => {
  await Promise.all(processes.map((one) => one.stop({ atOnce: true })));
  await rm(folder, { recursive: true, force: true });
});

/** A process that runs this program. */
async function supervised(program: string, patienceMs = 5_000): Promise<SupervisedProcess> {
  const module = join(folder, 'program.mjs');
  await writeFile(module, program);
  const plan = { name: 'the program', module, env: process.env, cwd: folder, logFile: join(folder, 'log'), patienceMs };
  const one = new SupervisedProcess(
    plan,
    (event) => events.push(event),
    (code) => code === 78,
  );
  processes.push(one);
  return one;
}

const log = () => readFile(join(folder, 'log'), 'utf8');
async function eventually(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(10); // Jest's own time limit ends it
}

const stays = `process.on('SIGTERM', () => { console.log('asked to end'); process.exit(0); }); process.on('disconnect', () => process.exit(0)); setInterval(() => {}, 1000); process.send('ready');`;

describe('a supervised process', () => {
  it('is reported when it ends before it was ready, and not started again', async () => {
    const one = await supervised('process.exit(3)');
    await expect(one.start()).rejects.toThrow('the program ended with exit code 3');
    expect(events.map(({ kind }) => kind)).toEqual(['started', 'ended']);
    expect(events[1]).toMatchObject({ restartInMs: undefined });
  });

  it('is reported when its program is not there', async () => {
    const one = new SupervisedProcess({
      name: 'nothing',
      module: join(folder, 'nowhere.mjs'),
      env: process.env,
      cwd: folder,
      logFile: join(folder, 'log'),
    });
    await expect(one.start()).rejects.toThrow('nothing ended with exit code 1');
  });

  it('is started again when it is killed', async () => {
    const one = await supervised(stays);
    await one.start();
    const first = one.pid;
    expect(one.kill('SIGKILL')).toBe(first);
    await one.untilReady();
    expect(one.pid).not.toBe(first);
    expect(events.map(({ kind }) => kind)).toEqual(['started', 'ready', 'ended', 'started', 'ready']);
    expect(events[2]).toMatchObject({ pid: first, how: 'by SIGKILL', restartInMs: 250 });
  });

  it('is not started again when that is useless', async () => {
    const one = await supervised(`process.send('ready'); setTimeout(() => process.exit(78), 50)`);
    await one.start();
    await eventually(() => events.some(({ kind }) => kind === 'ended'));
    expect(events.at(-1)).toMatchObject({ how: 'with exit code 78', restartInMs: undefined });
  });

  it('may end in order when it is stopped', async () => {
    const one = await supervised(stays);
    await one.start();
    await one.stop();
    expect(isAlive(one.pid ?? 0)).toBe(false);
    expect(await log()).toContain('asked to end');
    expect(events.at(-1)).toMatchObject({ kind: 'ended', restartInMs: undefined });
  });

  it('is killed when it does not end', async () => {
    const one = await supervised(`process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); process.send('ready');`, 50);
    await one.start();
    await one.stop();
    expect(events.at(-1)).toMatchObject({ how: 'by SIGKILL', restartInMs: undefined });
  });

  it('is not started again after it was stopped while it waited for that', async () => {
    const one = await supervised(stays);
    await one.start();
    one.kill('SIGKILL');
    await eventually(() => events.some(({ kind }) => kind === 'ended'));
    await one.stop();
    await sleep(400);
    expect(events.filter(({ kind }) => kind === 'started')).toHaveLength(1);
  });

  it('gets no signal meant for our own process group', async () => {
    const one = await supervised(stays);
    await one.start();
    expect(
      await readFile(`/proc/${one.pid}/stat`, 'utf8').then(
        (stat) => Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]),
        () => one.pid,
      ),
    ).toBe(one.pid);
  });
});

describe('the wait before a restart', () => {
  it('doubles up to half a minute', () => {
    expect([0, 1, 2, 3, 9, 50].map(restartDelayMs)).toEqual([250, 250, 500, 1_000, 30_000, 30_000]);
  });
});
