import { loadConfig, migrateDatabase } from '@hostwright/platform/start';
import type { Command } from '../command-line/index.js';
import { withDatabase } from './with-database.js';

export const migrateCommand: Command = {
  name: 'migrate',
  summary: "Bring the database's schema up to date",
  details: 'Several may run at once: one works, the others wait for it. `run` does this by itself.',
  options: {},
  async run() {
    const done = await withDatabase(loadConfig(), migrateDatabase);
    process.stdout.write(done.length === 0 ? 'The schema is up to date.\n' : `Done: ${done.join(', ')}\n`);
  },
};
