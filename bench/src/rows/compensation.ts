import { closedLoop } from '../measure/index.js';
import type { Row } from './bench.js';
import { EngineSide, sampleOf } from './engine-side.js';

const atOnce = 50;

export const compensation: Row = {
  name: 'compensation',
  about: 'workflows whose ninth step fails and whose other eight are undone, against those of the same steps that succeed',
  async run(bench) {
    // A database each: a worker takes whatever is due in its own.
    const forward = await EngineSide.open(bench, { workload: 'undoable' });
    const failing = await EngineSide.open(bench, { workload: 'failing', endsAs: 'failed', database: 'failing' });
    try {
      await closedLoop({ concurrency: atOnce, seconds: 1 }, () => forward.engine.work());
      await closedLoop({ concurrency: atOnce, seconds: 1 }, () => failing.engine.work());
      await bench.compare(
        {
          row: this.name,
          of: this.about,
          unit: 'workflows/s',
          against: 'our own, undone nothing',
          goal: { better: 'more', must: 0.4, aim: 0.6 },
        },
        {
          floor: async () => sampleOf(await forward.ours(atOnce), ({ perSecond }) => perSecond),
          ours: async () => sampleOf(await failing.ours(atOnce), ({ perSecond }) => perSecond),
        },
      );
    } finally {
      await failing.close();
      await forward.close();
    }
  },
};
