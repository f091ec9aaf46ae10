import type { ReactNode } from 'react';
import { AppShell, Burger, Button, Group, NavLink, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { currentSession } from './api/index.js';
import { useSession } from './session/index.js';

const rooms = {
  staff: [
    ['/app/jobs', 'Jobs'],
    ['/app/operator-tasks', 'Operator tasks'],
    ['/app/services', 'Services'],
    ['/app/products', 'Products'],
    ['/app/servers', 'Servers'],
    ['/app/server-groups', 'Server groups'],
    ['/app/findings', 'Findings'],
    ['/app/triggers', 'Triggers'],
    ['/app/trigger-mappings', 'Trigger mappings'],
    ['/app/mails', 'Mails'],
    ['/app/queues', 'Queues'],
    ['/app/webhooks', 'Webhooks'],
    ['/app/extensions', 'Extensions'],
  ],
  customer: [['/app/services', 'Your services']],
} as const;

/** What stands around every room: who is signed in, and the ways to the others. `notice` stands above each of them. */
export function Frame({ notice }: { readonly notice?: ReactNode }) {
  const [opened, { toggle, close }] = useDisclosure(false);
  const { pathname } = useLocation();
  const account = useSession()?.account;
  if (!account) return null;
  return (
    <AppShell header={{ height: 56 }} navbar={{ width: 220, breakpoint: 'sm', collapsed: { mobile: !opened } }} padding="lg">
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={opened ? 'Close the menu' : 'Open the menu'} />
            <Text fw={700}>Hostwright</Text>
          </Group>
          <Group gap="sm" wrap="nowrap">
            <Text size="sm" c="dimmed" truncate visibleFrom="xs">
              {account.email}
            </Text>
            <Button size="xs" variant="default" onClick={() => currentSession.end()}>
              Sign out
            </Button>
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm" aria-label="Rooms">
        {rooms[account.role].map(([path, label]) => (
          <NavLink
            key={path}
            component={Link}
            to={path}
            label={label}
            active={pathname === path || pathname.startsWith(`${path}/`)}
            onClick={close}
          />
        ))}
      </AppShell.Navbar>
      <AppShell.Main>
        {notice}
        <Outlet />
      </AppShell.Main>
    </AppShell>
  );
}
