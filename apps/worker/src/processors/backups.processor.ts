import { Processor } from '@nestjs/bullmq';
import { QueueTrouble } from '../queue-trouble.js';
import { TaskSweep } from '../task-sweep.js';
import { processorOptions } from './processor-options.js';
import { TaskProcessor } from './task-processor.js';

@Processor('backups', processorOptions)
export class BackupsProcessor extends TaskProcessor {
  protected override readonly queue = 'backups';

  constructor(sweep: TaskSweep, trouble: QueueTrouble) {
    super(sweep, trouble);
  }
}
