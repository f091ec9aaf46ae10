import { useState } from 'react';
import { Card, NativeSelect, Stack, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { answered, api, type ComponentUsage } from '../api/index.js';
import { Answer, bytesText, Empty, Facts, labelOf, Rows, Section, timeText } from '../shell/index.js';
import { daysBefore } from './usage-days.js';

const periods = [
  { value: '30', label: 'Last 30 days' },
  { value: '90', label: 'Last 90 days' },
  { value: '365', label: 'Last 365 days' },
];

/** What a service uses now, and day by day. */
export function Usage({ serviceId }: { readonly serviceId: string }) {
  const [days, setDays] = useState('30');
  const asked = useQuery({
    queryKey: ['usage', serviceId, days],
    queryFn: async ({ signal }) => {
      const query = { from: daysBefore(Date.now(), Number(days) - 1) };
      return answered(api.GET('/api/v1/services/{id}/usage', { params: { path: { id: serviceId }, query }, signal }));
    },
    refetchInterval: 60_000,
  });
  const period = <NativeSelect aria-label="Period" data={periods} value={days} onChange={(event) => setDays(event.currentTarget.value)} />;
  return (
    <Section title="Usage" aside={period}>
      <Answer asked={asked} what="usage">
        {({ components }) =>
          components.length === 0 ? (
            <Empty>Nothing was measured yet. That is done every hour or so.</Empty>
          ) : (
            components.map((usage) => <UsageCard key={usage.component} usage={usage} />)
          )
        }
      </Answer>
    </Section>
  );
}

const amount = (bytes: number | null) => (bytes === null ? '–' : bytesText(bytes));

function UsageCard({ usage: { component, measuredAt, diskBytes, memoryBytes, trafficBytes, days } }: { readonly usage: ComponentUsage }) {
  return (
    <Card withBorder component="article" aria-label={component}>
      <Stack gap="sm">
        <Title order={3} size="h5">
          {labelOf(component)}
        </Title>
        <Facts
          facts={[
            ['Disk', amount(diskBytes)],
            ['Memory', amount(memoryBytes)],
            ['Traffic so far', bytesText(trafficBytes)],
            ['Measured', timeText(measuredAt)],
          ]}
        />
        {days.length > 0 && (
          <Rows
            what={`days of ${component}`}
            columns={['Day (UTC)', 'Disk', 'Memory', 'Traffic']}
            items={days.toReversed()}
            keyOf={({ day }) => day}
            row={(day) => [day.day, amount(day.diskBytes), amount(day.memoryBytes), bytesText(day.trafficBytes)]}
          />
        )}
      </Stack>
    </Card>
  );
}
