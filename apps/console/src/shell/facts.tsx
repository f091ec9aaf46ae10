import type { ReactNode } from 'react';
import { Badge, Table } from '@mantine/core';
import { labelOf } from './words.js';

/** Names and values, one pair a line. */
export function Facts({ facts }: { readonly facts: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <Table layout="fixed" withRowBorders={false} verticalSpacing={4}>
      <Table.Tbody>
        {facts.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th scope="row" w={{ base: '40%', sm: '12rem' }} fw={500} c="dimmed" ta="left">
              {name}
            </Table.Th>
            <Table.Td>{value}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

const colours: Readonly<Record<string, string>> = {
  completed: 'green',
  active: 'green',
  running: 'green',
  done: 'green',
  loaded: 'green',
  resolved: 'green',
  in_progress: 'blue',
  intended: 'blue',
  under_way: 'blue',
  adding: 'blue',
  delivered: 'green',
  sending: 'blue',
  waiting: 'cyan',
  changing: 'cyan',
  parked: 'cyan',
  rolling_back: 'orange',
  undoing: 'orange',
  suspended: 'orange',
  draining: 'orange',
  removing: 'orange',
  drift: 'orange',
  maintenance: 'orange',
  failed: 'red',
  needs_operator: 'red',
  missing: 'red',
  orphan: 'orange',
  open: 'red',
  pending: 'cyan',
  sent: 'green',
  made: 'green',
  awaited: 'cyan',
  stopped: 'orange',
};

/** Never cut short, however narrow its column. */
const whole = { root: { flex: 'none' }, label: { overflow: 'visible' } } as const;

/** A state as a word and a colour; the word alone says it all. */
export function StateBadge({ state, label }: { readonly state: string; readonly label?: string }) {
  return (
    <Badge color={colours[state] ?? 'gray'} variant="light" tt="none" radius="sm" styles={whole}>
      {label ?? labelOf(state)}
    </Badge>
  );
}
