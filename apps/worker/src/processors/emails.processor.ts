import { Processor } from '@nestjs/bullmq';
import { QueueTrouble } from '../queue-trouble.js';
import { TaskSweep } from '../task-sweep.js';
import { TaskProcessor } from './task-processor.js';

@Processor('emails')
export class EmailsProcessor extends TaskProcessor {
  protected override readonly queue = 'emails';

  constructor(sweep: TaskSweep, trouble: QueueTrouble) {
    super(sweep, trouble);
  }
}
