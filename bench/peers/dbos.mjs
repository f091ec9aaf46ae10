/** DBOS Transact, started directly. Each of the nine steps is durable. Its settings are its own but for a pool of 20, as the floor has. */
import { setTimeout as sleep } from 'node:timers/promises';
import { DBOS } from '@dbos-inc/dbos-sdk';
import { serve } from './loop.mjs';

const input = { service: 'srv_01', server: 'node-7', ip: '192.0.2.10' };
const nineSteps = (name, work) =>
  DBOS.registerWorkflow(
    async () => {
      for (let step = 0; step < 9; step += 1) await DBOS.runStep(work, { name: `step${step}` });
      return { ok: true };
    },
    { name },
  );
const plain = nineSteps('plain', async () => ({ ok: true }));
const provider = nineSteps('provider', () => sleep(100, { ok: true }));

const logger = { info() {}, debug() {}, warn() {}, error: console.error };
DBOS.setConfig({
  name: 'bench',
  systemDatabaseUrl: process.env.DATABASE_URL,
  systemDatabasePoolSize: 20,
  logger,
  enableOTLP: false,
  tracingEnabled: false,
});
await DBOS.launch();
serve({ plain: () => plain(input), provider: () => provider(input) }, () => DBOS.shutdown());
