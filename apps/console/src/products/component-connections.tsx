import { NativeSelect } from '@mantine/core';
import { textAt, type Fault, type Server } from '../api/index.js';
import { wordsOf } from '../shell/index.js';

interface ComponentConnectionsProps {
  /** Module kind → server id; empty: none. */
  readonly chosen: Readonly<Record<string, string>>;
  readonly servers: readonly Server[];
  /** Where they stand in what is sent. */
  readonly within: string;
  readonly fault: Fault | undefined;
  readonly onChange: (chosen: Readonly<Record<string, string>>) => void;
}

/** Of these kinds are servers that services are on, or that orders come from; no component reaches others through one. */
const unconnected = new Set(['provisioning', 'trigger']);

/** The servers of other kinds that a component works with, such as the one that has its DNS; one drop-down for each kind there is. */
export function ComponentConnections({ chosen, servers, within, fault, onChange }: ComponentConnectionsProps) {
  const kinds = new Set([...Object.keys(chosen), ...servers.map(({ kind }) => kind).filter((kind) => !unconnected.has(kind))]);
  return [...kinds].sort().map((kind) => {
    const fitting = servers.filter((one) => one.kind === kind);
    const value = chosen[kind] ?? '';
    const isThere = value === '' || fitting.some(({ id }) => id === value);
    return (
      <NativeSelect
        key={kind}
        label={kind === 'dns' ? 'DNS server' : `${wordsOf(kind)} server`}
        description="For what it does through a module of that kind"
        error={textAt(fault, `${within}.${kind}`)}
        data={[
          { value: '', label: 'None' },
          ...fitting.map(({ id, name }) => ({ value: id, label: `${name} #${id}` })),
          ...(isThere ? [] : [{ value, label: `#${value}` }]),
        ]}
        value={value}
        onChange={(event) => onChange({ ...chosen, [kind]: event.currentTarget.value })}
      />
    );
  });
}
