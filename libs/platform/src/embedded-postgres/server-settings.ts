/** For a small machine: the panel, its worker and this server share it, and stay below 400 MB while they idle. */
const common: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '80',
  shared_buffers: '48MB',
  wal_buffers: '2MB',
  work_mem: '4MB',
  maintenance_work_mem: '32MB',
  jit: 'off',
  // No processes that only read ahead, replicate or compute side by side.
  io_method: 'sync',
  max_worker_processes: '2',
  max_parallel_workers: '0',
  max_parallel_workers_per_gather: '0',
  max_wal_senders: '0',
  max_logical_replication_workers: '0',
  wal_level: 'minimal',
  max_wal_size: '256MB',
  // What a statement was about may be a secret or somebody's name: the log says which error, not on what.
  log_min_messages: 'warning',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_timezone: 'UTC',
  timezone: 'UTC',
};

/** Nothing survives a power cut, for tests. */
const throwAway: Readonly<Record<string, string>> = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
  max_connections: '400',
};

export function serverFlags(forTests: boolean): string[] {
  return Object.entries(forTests ? { ...common, ...throwAway } : common).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
