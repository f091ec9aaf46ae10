import { NativeSelect, TextInput } from '@mantine/core';
import type { Fault, ServerGroup } from '../api/index.js';
import { fillLabels } from './group-words.js';

export type FilledGroup = Pick<ServerGroup, 'name' | 'fill'>;

export const emptyGroup: FilledGroup = { name: '', fill: 'least_full' };

interface GroupFormProps {
  readonly filled: FilledGroup;
  readonly onChange: (part: Partial<FilledGroup>) => void;
  readonly fault: Fault | undefined;
}

export function GroupForm({ filled, onChange, fault }: GroupFormProps) {
  const errorOf = (field: string) => (fault?.field === field ? fault.text : undefined);
  return (
    <>
      <TextInput
        label="Name"
        required
        data-autofocus
        maxLength={100}
        error={errorOf('name')}
        value={filled.name}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
      />
      <NativeSelect
        label="Where the next service goes"
        error={errorOf('fill')}
        data={Object.entries(fillLabels).map(([value, label]) => ({ value, label }))}
        value={filled.fill}
        onChange={(event) => onChange({ fill: event.currentTarget.value as ServerGroup['fill'] })}
      />
    </>
  );
}
