import type { HttpSignal } from '@hostwright/sdk';
import type { EnginePorts } from './engine-ports.js';
import type { Job } from './job.js';
import { JobLedger } from './job-ledger.js';
import { JobModules } from './job-modules.js';
import type { LoadedJob } from './journal.js';
import type { ReplayParts } from './journaled-replay.js';
import { LateLooks } from './late-looks.js';
import { Pace } from './pace.js';
import type { PollBatch } from './poll-batch.js';
import { Progress } from './progress.js';
import { RollBack } from './roll-back.js';
import { Settle } from './settle.js';
import { StepCaller } from './step-caller.js';
import { StepForward, type StepTools } from './step-forward.js';
import { StepMeter } from './step-meter.js';
import { StepPermits } from './step-permits.js';
import { StepRecord } from './step-record.js';
import { StepTrouble } from './step-trouble.js';
import { StepUndo } from './step-undo.js';
import { StepValues } from './step-values.js';

/** What one turn of one job is done with. */
export interface TurnParts {
  readonly ledger: JobLedger;
  readonly replay: ReplayParts;
  readonly forward: StepForward;
  readonly settle: Settle;
  readonly rollBack: RollBack;
  readonly lateLooks: LateLooks;
  readonly pace: Pace;
}

/** Puts the parts of a turn together. Nothing is called and nothing is written. `wake`: lets the worker look for jobs that are due then. */
export function turnParts(
  job: Job,
  loaded: LoadedJob,
  ports: EnginePorts,
  signal: HttpSignal,
  polls: PollBatch,
  wake: (inMs: number) => void,
): TurnParts {
  const ledger = new JobLedger(job, loaded, ports.journal, ports.timers);
  const progress = new Progress(job.program);
  const pace = new Pace(ports.random, ports.waitScale);
  const values = new StepValues(job.id, ports.sealer);
  const permits = new StepPermits(ports.permits, ledger, progress, pace, wake);
  const meter = new StepMeter(ports.meter);
  const record = new StepRecord(ledger, progress, values, permits, pace, meter);
  const tools: StepTools = { ledger, progress, caller: new StepCaller(ledger, polls), permits, record, values, pace };
  const forward = new StepForward(tools, new StepTrouble(ledger, progress, record, permits, pace, meter, ports.log), meter);
  const undoer = new StepUndo(tools, ports.log);
  const lateLooks = new LateLooks(job, ports.journal, tools, undoer, ports.log);
  const modules = new JobModules(job, ports.modules, ports.sealer, signal);
  return {
    ledger,
    replay: { ledger, progress, modules, forward, values, timers: ports.timers },
    forward,
    settle: new Settle(tools, forward),
    rollBack: new RollBack(tools, undoer, lateLooks),
    lateLooks,
    pace,
  };
}
