/** Something that workers count, or measure, by labels. Every label has few values: what an extension declares, and what the engine names. */
export interface EngineCount {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds of a histogram's ranges, rising. Left out: a counter. */
  readonly bounds?: readonly number[];
}

const seconds = [0.05, 0.2, 1, 3, 10, 30, 60, 180, 600, 1_800, 3_600];

/** What the engine tells its meter, as the tables keep it and as Prometheus reads it. */
export const engineCounts = {
  jobsEnded: {
    name: 'hostwright_jobs_ended_total',
    help: 'Provisioning jobs that a worker brought to their end, by operation and outcome',
    labels: ['operation', 'outcome'],
  },
  jobSeconds: {
    name: 'hostwright_job_seconds',
    help: 'Time from the request of a job to its end',
    labels: ['operation', 'outcome'],
    bounds: [...seconds, 14_400, 86_400],
  },
  jobWaitSeconds: {
    name: 'hostwright_job_wait_seconds',
    help: 'Time from the request of a job to the moment a worker first took it up; observed when the job ends',
    labels: ['operation'],
    bounds: [0.01, ...seconds],
  },
  stepSeconds: {
    name: 'hostwright_step_seconds',
    help: 'Time of a step, from its begin, or that of its wait, to its end, by how it ended',
    labels: ['extension', 'step', 'outcome'],
    bounds: [0.005, ...seconds],
  },
  stepCallFailures: {
    name: 'hostwright_step_call_failures_total',
    help: 'Calls of steps that did not answer as they should, by what was done (look, call, or the end of a task) and what it means; the verdict unknown: it may have taken place',
    labels: ['extension', 'step', 'during', 'verdict'],
  },
  stepRetries: {
    name: 'hostwright_step_retries_total',
    help: 'Steps that were tried again after a failed attempt',
    labels: ['extension', 'step'],
  },
  turns: { name: 'hostwright_turns_total', help: 'Turns of jobs by how they ended', labels: ['outcome'] },
  sweepSeconds: {
    name: 'hostwright_sweep_seconds',
    help: 'Sweeps for lost rings and dead workers, and how long they took',
    labels: [],
    bounds: [0.005, 0.02, 0.1, 0.5, 2, 10],
  },
  sweptJobs: { name: 'hostwright_swept_jobs_total', help: 'Jobs that a sweep found due', labels: [] },
  leasesLost: { name: 'hostwright_leases_lost_total', help: 'Leases that ran out under a worker that still lived', labels: [] },
  /** Counted by the table of workers itself, whoever strikes one off. */
  workersReclaimed: {
    name: 'hostwright_workers_reclaimed_total',
    help: 'Workers that were struck off because their lease ran out; their jobs went to others',
    labels: [],
  },
  journalStatements: { name: 'hostwright_journal_statements_total', help: 'Statements that wrote the journal', labels: [] },
  journalWrites: {
    name: 'hostwright_journal_writes_total',
    help: 'Writes of the journal; several share a statement',
    labels: [],
  },
} as const satisfies Record<string, EngineCount>;
