import { Alert, Anchor, Group, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answered, api, type Restoration, type RestoredServer } from '../api/index.js';
import { useSession } from '../session/index.js';
import { AskButton } from '../shell/index.js';
import { heldServers, whyHeld } from './held-servers.js';

const queryKey = ['restoration'];
/** While servers are held; otherwise a restoration begins with a start of the panel, and that is rare. */
const everyMs = { held: 5_000, otherwise: 60_000 };

/** Tells staff in every room that the panel runs on a restored database, while servers are held for it. */
export function RestorationBanner() {
  return useSession()?.account.role === 'staff' ? <HeldServers /> : null;
}

function HeldServers() {
  const queries = useQueryClient();
  const asked = useQuery({
    queryKey,
    queryFn: ({ signal }) => answered(api.GET('/api/v1/restoration', { signal })),
    refetchInterval: ({ state: { data } }) => (data && heldServers(data).length > 0 ? everyMs.held : everyMs.otherwise),
  });
  const held = asked.data ? heldServers(asked.data) : [];
  if (held.length === 0) return null;
  const onReleased = (restoration: Restoration) => queries.setQueryData(queryKey, restoration);
  return (
    <Alert color="yellow" title="This panel runs on a restored database" mb="lg">
      <Stack gap="xs">
        <Text size="sm">
          No job works and no order is placed on these servers until each has been compared with the panel. That ends by itself; one that
          cannot be looked at can be released.
        </Text>
        {held.map((server) => (
          <HeldServer key={server.serverId} server={server} onReleased={onReleased} />
        ))}
      </Stack>
    </Alert>
  );
}

interface HeldServerProps {
  readonly server: RestoredServer;
  readonly onReleased: (restoration: Restoration) => void;
}

function HeldServer({ server, onReleased }: HeldServerProps) {
  const { serverId, name } = server;
  const release = async (reason: string) => {
    const params = { path: { id: serverId } };
    onReleased(await answered(api.POST('/api/v1/restoration/servers/{id}/release', { params, body: { reason } })));
  };
  return (
    <Group justify="space-between">
      <Text size="sm">
        <Anchor inherit component={Link} to={`/app/servers/${serverId}`}>
          {name} #{serverId}
        </Anchor>{' '}
        {whyHeld(server)}
      </Text>
      <AskButton
        label="Release"
        danger
        size="xs"
        explain={`Jobs and orders go on at ${name} without a look at it. What was made there after the backup may be in their way.`}
        note="Why nobody need look at it first"
        done={`${name} is released.`}
        act={release}
      />
    </Group>
  );
}
