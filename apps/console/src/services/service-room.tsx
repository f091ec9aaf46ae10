import { Alert, Anchor, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { answered, api, type ServiceComponent, type ServiceDetails } from '../api/index.js';
import { JobProgress } from '../jobs/index.js';
import { useSession } from '../session/index.js';
import { Answer, Empty, Facts, labelOf, Page, Section, StateBadge, timeText, valueText } from '../shell/index.js';
import { InspectionSection } from './inspection-section.js';

/** One service: what it is made of, and the job that works on it. */
export function ServiceRoom() {
  const { serviceId } = useParams({ from: '/app/services/$serviceId' });
  const isStaff = useSession()?.account.role === 'staff';
  const asked = useQuery({
    queryKey: ['service', serviceId],
    queryFn: async ({ signal }) => answered(api.GET('/api/v1/services/{id}', { params: { path: { id: serviceId } }, signal })),
    refetchInterval: 5_000,
  });
  return (
    <Page title={asked.data ? `${asked.data.productCode} #${serviceId}` : `Service #${serviceId}`}>
      <Answer asked={asked} what="service">
        {(service) => {
          // A first delivery is followed to its end and stays in sight; of later jobs the one in flight.
          const jobId = service.runningJobId ?? (service.state === 'pending' ? service.createJobId : null);
          return (
            <Stack gap="lg">
              {service.state === 'pending' && !isStaff && (
                <Alert color="blue" title="Your service is being set up">
                  You can close this page: it goes on without it.
                </Alert>
              )}
              <Facts facts={factsOf(service, isStaff)} />
              {jobId !== null && <JobProgress jobId={jobId} />}
              <Section title="Components">
                {service.components.length === 0 && <Empty>Nothing has been delivered yet.</Empty>}
                {service.components.map((component) => (
                  <Card withBorder key={component.name} component="article" aria-label={component.name}>
                    <Title order={3} size="h5" mb="xs">
                      {labelOf(component.name)}
                    </Title>
                    <ComponentFacts component={component} isStaff={isStaff} />
                  </Card>
                ))}
              </Section>
              {isStaff && service.state !== 'pending' && <InspectionSection serviceId={serviceId} />}
            </Stack>
          );
        }}
      </Answer>
    </Page>
  );
}

function ComponentFacts({ component, isStaff }: { readonly component: ServiceComponent; readonly isStaff: boolean }) {
  const { extension, serverId, remoteId, properties } = component;
  const facts = [
    ...(isStaff
      ? ([
          ['Extension', valueText(extension)],
          ['Server', serverId === undefined ? '–' : `#${serverId}`],
          ['Remote id', valueText(remoteId)],
        ] as const)
      : []),
    ...Object.entries(properties).map(([key, value]) => [key, valueText(value)] as const),
  ];
  return facts.length === 0 ? (
    <Text size="sm" c="dimmed">
      Not there yet.
    </Text>
  ) : (
    <Facts facts={facts} />
  );
}

function factsOf(service: ServiceDetails, isStaff: boolean) {
  const state = (
    <Group gap="xs">
      <StateBadge state={service.state} /> since {timeText(service.stateSince)}
    </Group>
  );
  const family = [
    ...(service.parentId === null ? [] : [['Added to', serviceLink(service.parentId, `Service #${service.parentId}`)] as const]),
    ...(service.children.length === 0 ? [] : [['Add-ons', <Children key="addons" of={service} />] as const]),
  ];
  if (!isStaff) return [['State', state] as const, ...family];
  return [
    ['State', state],
    ...family,
    ['Should be', labelOf(service.desiredState)],
    ['Last seen as', service.observedState === null ? '–' : `${labelOf(service.observedState)}, ${timeText(service.observedAt)}`],
    ['Customer', `#${service.customerId}`],
    ['Ordered through', service.externalSource === null ? '–' : `${service.externalSource} ${service.externalId ?? ''}`],
    ['Created by', jobLink(service.createJobId)],
    ['Job in flight', jobLink(service.runningJobId)],
  ] as const;
}

function Children({ of: { children } }: { readonly of: ServiceDetails }) {
  return (
    <Stack gap={0}>
      {children.map(({ id, productCode, state }) => (
        <Text key={id} inherit>
          {serviceLink(id, `${productCode} #${id}`)}, {labelOf(state)}
        </Text>
      ))}
    </Stack>
  );
}

function serviceLink(id: string, text: string) {
  return (
    <Anchor inherit component={Link} to={`/app/services/${id}`}>
      {text}
    </Anchor>
  );
}

function jobLink(jobId: string | null) {
  if (jobId === null) return '–';
  return (
    <Anchor inherit component={Link} to={`/app/jobs/${jobId}`}>
      Job #{jobId}
    </Anchor>
  );
}
