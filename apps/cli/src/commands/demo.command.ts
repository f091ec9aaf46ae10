import { UsageError, type Command } from '../command-line/index.js';
import { Screen } from '../terminal/index.js';

const name = 'demo';

export const demoCommand: Command = {
  name,
  summary: 'Show an order becoming a running site, with sandboxes in place of the providers',
  details: [
    'Starts PostgreSQL, the API, a worker and the sandboxes named in config/demo.json; orders a site as Paymenter would, shows its',
    'progress and what it became, has it removed, and shows that nothing is left. Its data lies in .hostwright/demo and is new each time.',
  ].join('\n'),
  options: {
    stay: { summary: 'keep everything running afterwards and print addresses and log-ins' },
    crash: { summary: 'kill the worker in the middle (SIGKILL) and show that the site still arrives, once' },
    redis: { summary: 'keep the queues in Redis; needs redis-server' },
    speed: { value: 'factor', summary: 'how long providers take; 1 is as long as real ones (default: see config/demo.json)' },
    memory: { summary: 'order nothing; show the memory that an idle panel takes' },
  },
  async run(given) {
    const { runDemo, speedIn } = await import('../demo/index.js');
    const text = given.text('speed');
    let speed: number | undefined;
    try {
      speed = text === undefined ? undefined : speedIn(text);
    } catch (error) {
      throw new UsageError(error instanceof Error ? error.message : String(error), name);
    }
    const options = { stay: given.has('stay'), crash: given.has('crash'), redis: given.has('redis'), memory: given.has('memory'), speed };
    return runDemo(options, new Screen(process.stdout, process.env));
  },
};
