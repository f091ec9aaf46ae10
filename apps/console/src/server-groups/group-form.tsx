import { NativeSelect } from '@mantine/core';
import { textAt, type Fault, type ServerGroup } from '../api/index.js';
import { choicesOf, NameInput } from '../shell/index.js';
import { fillLabels } from './group-words.js';

export type FilledGroup = Pick<ServerGroup, 'name' | 'fill'>;

export const emptyGroup: FilledGroup = { name: '', fill: 'least_full' };

interface GroupFormProps {
  readonly filled: FilledGroup;
  readonly onChange: (part: Partial<FilledGroup>) => void;
  readonly fault: Fault | undefined;
}

export function GroupForm({ filled, onChange, fault }: GroupFormProps) {
  return (
    <>
      <NameInput value={filled.name} onChange={onChange} fault={fault} maxLength={100} />
      <NativeSelect
        label="Where the next service goes"
        error={textAt(fault, 'fill')}
        data={choicesOf(fillLabels)}
        value={filled.fill}
        onChange={(event) => onChange({ fill: event.currentTarget.value as ServerGroup['fill'] })}
      />
    </>
  );
}
