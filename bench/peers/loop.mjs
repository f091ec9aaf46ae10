/** What every peer's process does: it runs a loop of a workload when it is told to, and says how it went. */
const percentile = (values, percent) => {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor((percent / 100) * sorted.length))] ?? NaN;
};

/** `workloads`: functions by name, each one workflow from its start to its end. */
export function serve(workloads, close) {
  process.on('message', async ({ workload, concurrency, seconds }) => {
    const latencies = [];
    const own = process.cpuUsage();
    const begun = performance.now();
    const end = begun + seconds * 1000;
    const lane = async () => {
      while (performance.now() < end) {
        const at = performance.now();
        await workloads[workload]();
        latencies.push(performance.now() - at);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, lane));
    const took = (performance.now() - begun) / 1000;
    const { user, system } = process.cpuUsage(own);
    process.send({
      count: latencies.length,
      perSecond: latencies.length / took,
      p50Ms: percentile(latencies, 50),
      p99Ms: percentile(latencies, 99),
      cpuPct: (user + system) / 10_000 / took,
    });
  });
  process.on('SIGTERM', () => void Promise.resolve(close()).finally(() => process.exit(0)));
  process.send('ready');
}
