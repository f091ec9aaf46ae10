import { loadConfig } from '@hostwright/platform/start';
import type { Command } from '../command-line/index.js';

export const mailCheckCommand: Command = {
  name: 'mail check',
  summary: 'Look whether your mail templates can be used',
  details: 'Those in MAIL_TEMPLATES. One that cannot be used is named with the reason; the panel sends its own in its place.',
  options: {},
  async run() {
    const { mailTemplates } = loadConfig();
    if (mailTemplates === undefined) {
      process.stdout.write("MAIL_TEMPLATES is not set: the panel's own templates are used.\n");
      return;
    }
    // With all it needs it takes a second to load, which only this command is to wait for.
    const { MailTemplates } = await import('@hostwright/platform');
    const problems = await new MailTemplates(mailTemplates, { error: () => undefined }).check();
    if (problems.length === 0) {
      process.stdout.write(`The mail templates in ${mailTemplates} can be used.\n`);
      return;
    }
    process.stderr.write(`${problems.join('\n')}\n`);
    return 1;
  },
};
