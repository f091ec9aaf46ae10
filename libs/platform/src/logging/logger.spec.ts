import { describe, expect, it } from '@jest/globals';
import { PanelError } from '@hostwright/sdk';
import { createLogger, extensionLog, onceEvery, SecretMask } from './index.js';

function aLogger(secrets: readonly string[]) {
  const lines: string[] = [];
  const mask = new SecretMask();
  for (const secret of secrets) mask.add(secret);
  return { lines, mask, logger: createLogger({ mask, destination: { write: (line) => lines.push(line) } }) };
}

describe('createLogger', () => {
  it('writes no secret, wherever it was put', () => {
    const { lines, logger } = aLogger(['hunter2-"quoted"']);
    const cause = new Error('refused hunter2-"quoted"');
    logger.info({ token: 'hunter2-"quoted"', deep: { list: ['x hunter2-"quoted"'] } }, 'message hunter2-"quoted"');
    logger.error({ err: new PanelError('unavailable', 'no', { cause }) }, 'failed');
    logger.child({ bound: 'hunter2-"quoted"' }).warn('child');
    expect(lines).toHaveLength(3);
    expect(lines.join('')).not.toContain('hunter2');
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ level: expect.any(String), time: expect.stringMatching(/Z$/) });
    expect(JSON.parse(lines[1]!)).toMatchObject({ err: { message: 'no', cause: { message: 'refused ***' } } });
  });

  it('hides a secret learnt after the logger was made', () => {
    const { lines, logger, mask } = aLogger([]);
    mask.add('later-secret');
    logger.info('it is later-secret');
    expect(JSON.parse(lines[0]!)).toMatchObject({ msg: 'it is ***' });
  });

  it("keeps an extension's details from passing for ours", () => {
    const { lines, logger } = aLogger([]);
    extensionLog(logger, { extension: 'example', jobId: '7' }).warn('slow', { jobId: '8', level: 'fatal' });
    expect(JSON.parse(lines[0]!)).toMatchObject({ level: 'warn', jobId: '7', extension: 'example', msg: 'slow', details: { jobId: '8' } });
  });
});

describe('onceEvery', () => {
  it('writes one line per interval and says how many it held back', () => {
    let now = 0;
    const line = onceEvery(1000, () => now);
    const written: number[] = [];
    for (; now < 2500; now += 1) line((skipped) => written.push(skipped));
    expect(written).toEqual([0, 999, 999]);
  });
});
