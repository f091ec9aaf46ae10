/** What is told of a task for staff that was opened. `from`: the rows as they were inserted. */
export const openedTask = (from: string): string =>
  `jsonb_build_object('taskId', ${from}.id::text, 'jobId', ${from}.job_id::text, 'serviceId', ${from}.service_id::text, 'title', ${from}.title, 'detail', ${from}.detail)`;
