import { Alert } from '@mantine/core';
import type { Failure } from '../api/index.js';
import { ResultView, Section } from '../shell/index.js';

interface JobEndProps {
  readonly job: { readonly failure: Failure | null; readonly result: unknown };
}

/** What came of a job: its result, or why it did not do what it was for. Nothing while neither is there. */
export function JobEnd({ job: { failure, result } }: JobEndProps) {
  return (
    <>
      {failure && <FailureNote failure={failure} />}
      {result !== null && (
        <Section title="Result">
          <ResultView result={result} />
        </Section>
      )}
    </>
  );
}

/** To be stopped is no fault of its own. */
function FailureNote({ failure: { code, message } }: { readonly failure: Failure }) {
  const title = code === 'stopped' ? 'Stopped' : code === 'failed' ? 'Failed' : `Failed: ${code}`;
  return (
    <Alert color={code === 'stopped' ? 'gray' : 'red'} title={title}>
      {message}
    </Alert>
  );
}
