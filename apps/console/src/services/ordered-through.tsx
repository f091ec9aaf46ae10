import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Service } from '../api/index.js';
import { eventsShown, useTriggerServers } from '../triggers/index.js';
import { originOf } from './origin.js';

/** By what other system a service was ordered, for staff. What a billing system told of it is one click away. */
export function OrderedThrough({ service }: { readonly service: Pick<Service, 'externalSource' | 'externalId'> }) {
  const origin = originOf(service);
  const servers = useTriggerServers(origin?.serverId !== undefined);
  if (origin === undefined) return '–';
  const { serverId, source, subject } = origin;
  if (serverId === undefined) return `${source} ${subject}`;
  const name = servers.data?.find(({ id }) => id === serverId)?.name ?? `server #${serverId}`;
  return (
    <>
      {name}{' '}
      <Anchor
        inherit
        style={{ overflowWrap: 'anywhere' }}
        renderRoot={(props) => <Link {...props} to="/app/triggers" search={eventsShown({ serverId, subject })} />}
      >
        {subject}
      </Anchor>
    </>
  );
}
