import { notifications } from '@mantine/notifications';
import { answered, api } from '../api/index.js';
import { FormButton } from '../shell/index.js';
import type { TaskQueue } from './queue-words.js';

interface RetryAllButtonProps {
  readonly queue: TaskQueue;
  readonly label: string;
  readonly onDone: () => void;
}

/** Tries everything of a queue that failed once more. */
export function RetryAllButton({ queue, label, onDone }: RetryAllButtonProps) {
  const retry = async () => {
    const { retried } = await answered(api.POST('/api/v1/queues/{queue}/retry-failed', { params: { path: { queue } } }));
    const message = retried === 0 ? 'Nothing has failed.' : `${retried} ${retried === 1 ? 'task is' : 'tasks are'} tried once more.`;
    notifications.show({ message, color: retried === 0 ? 'gray' : 'green' });
    onDone();
  };
  return (
    <FormButton
      label={label}
      submit="Try again"
      explain="Everything that failed is tried once more, with all its attempts. Mend what was wrong first: the reason stands beside each."
      act={retry}
    />
  );
}
