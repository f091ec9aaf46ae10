import { NativeSelect, TextInput } from '@mantine/core';
import { textAt, type Fault } from '../api/index.js';
import { useServerGroups } from '../server-groups/index.js';
import { Failed, NameInput } from '../shell/index.js';
import { capacityFault, type FilledPlace } from './server-place.js';

interface PlaceFieldsProps {
  readonly filled: FilledPlace;
  readonly onChange: (part: Partial<FilledPlace>) => void;
  /** Whether services are placed on such servers: only these belong to groups and have a limit. */
  readonly placed: boolean;
  readonly fault: Fault | undefined;
}

/** What the panel itself asks of a server. */
export function PlaceFields({ filled, onChange, placed, fault }: PlaceFieldsProps) {
  const groups = useServerGroups();
  return (
    <>
      <NameInput value={filled.name} onChange={onChange} fault={fault} maxLength={100} description="As staff know it" />
      {placed && (
        <>
          <NativeSelect
            label="Group"
            description="Products are placed on groups: a server of none is given no new services"
            error={textAt(fault, 'serverGroupId')}
            data={[
              { value: '', label: 'None' },
              ...(groups.data ?? []).map(({ id, name }) => ({ value: id, label: name })),
              // Until the groups are known, or when they are not.
              ...(filled.serverGroupId !== '' && !groups.data?.some(({ id }) => id === filled.serverGroupId)
                ? [{ value: filled.serverGroupId, label: `#${filled.serverGroupId}` }]
                : []),
            ]}
            value={filled.serverGroupId}
            onChange={(event) => onChange({ serverGroupId: event.currentTarget.value })}
          />
          {groups.isError && <Failed error={groups.error} title="No server groups" again={() => void groups.refetch()} />}
          <TextInput
            label="Maximum accounts"
            description="How many services it takes. Empty: no limit"
            inputMode="numeric"
            error={capacityFault(filled.capacity) ?? textAt(fault, 'capacity')}
            value={filled.capacity}
            onChange={(event) => onChange({ capacity: event.currentTarget.value })}
          />
        </>
      )}
    </>
  );
}
