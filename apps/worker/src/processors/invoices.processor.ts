import { Processor } from '@nestjs/bullmq';
import { QueueTrouble } from '../queue-trouble.js';
import { TaskSweep } from '../task-sweep.js';
import { processorOptions } from './processor-options.js';
import { TaskProcessor } from './task-processor.js';

@Processor('invoices', processorOptions)
export class InvoicesProcessor extends TaskProcessor {
  protected override readonly queue = 'invoices';

  constructor(sweep: TaskSweep, trouble: QueueTrouble) {
    super(sweep, trouble);
  }
}
