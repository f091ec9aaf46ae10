import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiFixture } from './support/api-fixture.js';

let api: ApiFixture;
beforeAll(async () => {
  api = await ApiFixture.start({ loginRatePerMinute: 3, apiRatePerMinute: 20 });
});
afterAll(() => api.stop());

describe('whoever asks too often', () => {
  it('is slowed down while guessing a password, and others are not', async () => {
    const guess = (email: string) => api.call('POST', '/api/v1/auth/login', { token: null, body: { email, password: 'x' } });
    const statuses = [];
    for (let i = 0; i < 5; i += 1) statuses.push((await guess('Victim@example.com')).status);
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    expect((await guess('victim@example.com')).headers['retry-after']).toMatch(/^\d+$/);
    expect((await guess('other@example.com')).status).toBe(401);
  });

  it('is slowed down while guessing a link, which is no log-in that fails', async () => {
    const guess = () => api.call('POST', '/api/v1/auth/one-time-links/look', { token: null, body: { token: 'G'.repeat(43) } });
    const statuses = [];
    for (let i = 0; i < 11; i += 1) statuses.push((await guess()).status);
    expect(statuses).toEqual([...Array<number>(9).fill(404), 429, 429]);
  });

  it('is slowed down while asking for new passwords, whoever they are for', async () => {
    const ask = (email: string) => api.call('POST', '/api/v1/auth/forgotten-password', { token: null, body: { email } });
    const statuses = [];
    for (let i = 0; i < 5; i += 1) statuses.push((await ask(`somebody${i}@example.com`)).status);
    expect(statuses).toEqual([202, 202, 202, 429, 429]);
  });

  it('is told to wait, in the shape the caller reads', async () => {
    const key = await api.key('paymenter');
    const statuses = new Set<number>();
    let last;
    for (let i = 0; i < 25; i += 1) {
      last = await api.call('GET', '/status?service_id=x', { token: key });
      statuses.add(last.status);
    }
    expect(statuses).toEqual(new Set([404, 429]));
    expect(last?.json).toEqual({ success: false, error: 'too many requests; try again later' });
    expect((await api.call('GET', '/health', { token: key })).status).toBe(200);
    expect((await api.call('GET', '/api/v1/servers')).status).toBe(200);
  });
});
