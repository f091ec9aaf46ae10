import { Group, NativeSelect, SegmentedControl } from '@mantine/core';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { answered, api } from '../api/index.js';
import { Answer, choicesOf, Empty, MoreButton, Page } from '../shell/index.js';
import { FindingCard } from './finding-card.js';
import { findingKindLabels, findingsShown } from './finding-words.js';

const kinds = [{ value: '', label: 'All kinds' }, ...choicesOf(findingKindLabels)];

/** What is otherwise at a provider than in the panel. */
export function FindingsRoom() {
  const shown = useSearch({ from: '/app/findings' });
  const { kind, state = 'open', serverId } = shown;
  const navigate = useNavigate();
  const queries = useQueryClient();
  const asked = useInfiniteQuery({
    queryKey: ['findings', shown],
    queryFn: ({ pageParam, signal }) => {
      const filter = { state, ...(kind && { kind }), ...(serverId !== undefined && { serverId }) } as const;
      const query = { limit: 25, ...filter, ...(pageParam !== '' && { after: pageParam }) };
      return answered(api.GET('/api/v1/reconciliation/findings', { params: { query }, signal }));
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
    refetchInterval: 10_000,
  });
  const show = (part: object) => void navigate({ to: '/app/findings', search: findingsShown({ ...shown, ...part }) });
  const filter = (
    <Group gap="xs">
      <NativeSelect aria-label="Kind" data={kinds} value={kind ?? ''} onChange={(event) => show({ kind: event.currentTarget.value })} />
      <SegmentedControl
        aria-label="Which findings"
        data={[
          { value: 'open', label: 'Open' },
          { value: 'resolved', label: 'Resolved' },
        ]}
        value={state}
        onChange={(value) => show({ state: value })}
      />
    </Group>
  );
  const onDone = () => void queries.invalidateQueries({ queryKey: ['findings'] });
  return (
    <Page title={serverId === undefined ? 'Findings' : `Findings of server #${serverId}`} aside={filter}>
      <Answer asked={asked} what="findings">
        {({ pages }) => {
          const findings = pages.flatMap(({ items }) => items);
          if (findings.length === 0)
            return (
              <Empty>{state === 'open' ? 'Panel and providers agree, as far as was looked.' : 'Nothing has been resolved yet.'}</Empty>
            );
          return (
            <>
              {findings.map((finding) => (
                <FindingCard key={finding.id} finding={finding} onDone={onDone} />
              ))}
              <MoreButton asked={asked} />
            </>
          );
        }}
      </Answer>
    </Page>
  );
}
