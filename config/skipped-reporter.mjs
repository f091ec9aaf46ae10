/** Names what was skipped, and why: Jest itself only counts it. The reason stands in the suite's title. */
export default class SkippedReporter {
  onRunComplete(_contexts, { testResults }) {
    const skipped = testResults.flatMap((file) => file.testResults).filter(({ status }) => status === 'pending' || status === 'skipped');
    for (const title of new Set(skipped.map(({ ancestorTitles, title }) => ancestorTitles[0] ?? title)))
      process.stderr.write(`skipped: ${title}\n`);
  }
}
