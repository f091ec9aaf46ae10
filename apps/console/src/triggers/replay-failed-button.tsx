import { useState } from 'react';
import { NativeSelect } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { answered, api, type Server } from '../api/index.js';
import { FormButton } from '../shell/index.js';
import { serverChoices } from './use-trigger-servers.js';

interface ReplayFailedButtonProps {
  readonly servers: readonly Server[];
  /** The one that is looked at. */
  readonly serverId: string | undefined;
  readonly onDone: () => void;
}

/** Looks once more at everything of a server that failed. */
export function ReplayFailedButton({ servers, serverId, onDone }: ReplayFailedButtonProps) {
  const first = serverId ?? servers[0]?.id ?? '';
  const [chosen, setChosen] = useState(first);
  const replay = async () => {
    const { replayed } = await answered(api.POST('/api/v1/trigger-events/replay-failed', { body: { serverId: chosen } }));
    const message =
      replayed === 0
        ? 'Nothing of this server has failed.'
        : `${replayed} ${replayed === 1 ? 'event is' : 'events are'} looked at once more.`;
    notifications.show({ message, color: replayed === 0 ? 'gray' : 'green' });
    onDone();
  };
  return (
    <FormButton
      label="Replay what failed"
      submit="Replay"
      explain="Everything of the server that failed is read again at the provider, as it stands there now. What is still wrong fails again and keeps its operator task."
      disabled={servers.length === 0}
      ready={chosen !== ''}
      onOpen={() => setChosen(first)}
      act={replay}
    >
      <NativeSelect
        label="Server"
        data-autofocus
        data={serverChoices(servers)}
        value={chosen}
        onChange={(event) => setChosen(event.currentTarget.value)}
      />
    </FormButton>
  );
}
