import { Stack, Text, TextInput } from '@mantine/core';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { answered, api, type ServiceDetails } from '../api/index.js';
import { Answer, Empty, FormButton, MoreButton, Section, useFilled } from '../shell/index.js';
import { DomainCard } from './domain-card.js';

/** The domains that lead to a service, and how another one is brought. */
export function Domains({ service }: { readonly service: ServiceDetails }) {
  const { id } = service;
  const queries = useQueryClient();
  const asked = useInfiniteQuery({
    queryKey: ['domains', id],
    queryFn: ({ pageParam, signal }) =>
      answered(
        api.GET('/api/v1/services/{id}/domains', {
          params: { path: { id }, query: { limit: 25, ...(pageParam !== '' && { after: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
    refetchInterval: 5_000,
  });
  const onDone = () => void queries.invalidateQueries({ queryKey: ['domains', id] });
  const add = async (name: string) => {
    await answered(api.POST('/api/v1/services/{id}/domains', { params: { path: { id } }, body: { name } }));
    onDone();
  };
  return (
    <Section title="Domains" aside={service.state === 'active' && <AddDomain add={add} />}>
      <Answer asked={asked} what="domains">
        {({ pages }) => {
          const domains = pages.flatMap(({ items }) => items);
          if (domains.length === 0) return <Empty>No domain of your own leads here yet.</Empty>;
          return (
            <Stack>
              {domains.map((domain) => (
                <DomainCard key={domain.id} domain={domain} add={add} onDone={onDone} />
              ))}
              <MoreButton asked={asked} />
            </Stack>
          );
        }}
      </Answer>
    </Section>
  );
}

function AddDomain({ add }: { readonly add: (name: string) => Promise<void> }) {
  const [{ name }, change, clear] = useFilled({ name: '' });
  return (
    <FormButton
      label="Add a domain"
      submit="Add"
      explain="You are told next what its DNS must say. Once it does, the domain is added by itself."
      ready={name.trim() !== ''}
      onOpen={clear}
      act={() => add(name.trim())}
    >
      <TextInput
        label="Domain"
        description="Without http:// or a path"
        placeholder="shop.example"
        required
        data-autofocus
        autoCapitalize="none"
        spellCheck={false}
        maxLength={1000}
        value={name}
        onChange={(event) => change({ name: event.currentTarget.value })}
      />
      <Text size="xs" c="dimmed">
        A domain that has its DNS at another company stays there.
      </Text>
    </FormButton>
  );
}
