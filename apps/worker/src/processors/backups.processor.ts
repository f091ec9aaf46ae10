import { Processor } from '@nestjs/bullmq';
import { QueueTrouble } from '../queue-trouble.js';
import { TaskSweep } from '../task-sweep.js';
import { TaskProcessor } from './task-processor.js';

@Processor('backups')
export class BackupsProcessor extends TaskProcessor {
  protected override readonly queue = 'backups';

  constructor(sweep: TaskSweep, trouble: QueueTrouble) {
    super(sweep, trouble);
  }
}
