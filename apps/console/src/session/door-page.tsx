import type { ReactNode } from 'react';
import { Center, Paper, Stack, Title } from '@mantine/core';

/** A page for whoever is not signed in. */
export function DoorPage({
  title,
  wide = false,
  children,
}: {
  readonly title: string;
  readonly wide?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <Center component="main" mih="100vh" p="md">
      <Paper component="section" withBorder p="xl" w="100%" maw={wide ? 720 : 440} aria-labelledby="door-title">
        <Stack>
          <Title order={1} size="h2" id="door-title">
            {title}
          </Title>
          {children}
        </Stack>
      </Paper>
    </Center>
  );
}
