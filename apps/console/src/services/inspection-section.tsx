import { Button, Card, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { answered, api, type Inspection } from '../api/index.js';
import { Answer, bytesText, durationText, Empty, Facts, labelOf, Section, StateBadge } from '../shell/index.js';

/** How the service is doing at its provider, asked for when it is shown and on request. */
export function InspectionSection({ serviceId }: { readonly serviceId: string }) {
  const asked = useQuery({
    queryKey: ['inspection', serviceId],
    queryFn: async ({ signal }) => {
      const { items } = await answered(api.GET('/api/v1/services/{id}/inspection', { params: { path: { id: serviceId } }, signal }));
      return items;
    },
    staleTime: 30_000,
    retry: false,
  });
  const again = (
    <Button size="xs" variant="default" loading={asked.isFetching} onClick={() => void asked.refetch()}>
      Ask again
    </Button>
  );
  return (
    <Section title="At the provider" aside={again}>
      <Answer asked={asked} what="inspection">
        {(items) =>
          items.length === 0 ? (
            <Empty>There is nothing to inspect.</Empty>
          ) : (
            items.map(({ name, inspection, failure }) => (
              <Card withBorder key={name} component="article" aria-label={name}>
                <Title order={3} size="h5" mb="xs">
                  {labelOf(name)}
                </Title>
                {inspection ? (
                  <Facts facts={factsOf(inspection)} />
                ) : (
                  <Text size="sm" c="red">
                    Not known: {failure?.message}
                  </Text>
                )}
              </Card>
            ))
          )
        }
      </Answer>
    </Section>
  );
}

function factsOf({ state, node, cpuFraction, memoryBytes, memoryLimitBytes, diskBytes, diskLimitBytes, uptimeSeconds }: Inspection) {
  const used = (bytes: number, limit: number | undefined) =>
    limit === undefined ? bytesText(bytes) : `${bytesText(bytes)} of ${bytesText(limit)}`;
  return [
    ['State', <StateBadge state={state} key="state" />] as const,
    ...(node === undefined ? [] : [['Node', node] as const]),
    ...(cpuFraction === undefined ? [] : [['Processor', `${(cpuFraction * 100).toFixed(1)} %`] as const]),
    ...(memoryBytes === undefined ? [] : [['Memory', used(memoryBytes, memoryLimitBytes)] as const]),
    ...(diskBytes === undefined ? [] : [['Disk', used(diskBytes, diskLimitBytes)] as const]),
    ...(uptimeSeconds === undefined ? [] : [['Running for', durationText(uptimeSeconds)] as const]),
  ];
}
