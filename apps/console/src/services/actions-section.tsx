import { Button, Group, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { answered, api, type ServiceAction, type ServiceDetails } from '../api/index.js';
import {
  Answer,
  askedFields,
  Empty,
  Failed,
  FormButton,
  initialValues,
  isFilledIn,
  SchemaFields,
  Section,
  useFilled,
  valuesIn,
} from '../shell/index.js';
import type { PressedJob } from './pressed-job.js';

interface ActionsSectionProps {
  readonly service: ServiceDetails;
  readonly onJob: (job: PressedJob) => void;
}

/** The buttons of the service's modules. */
export function ActionsSection({ service, onJob }: ActionsSectionProps) {
  const asked = useQuery({
    queryKey: ['actions', service.id, service.state],
    queryFn: async ({ signal }) =>
      (await answered(api.GET('/api/v1/services/{id}/actions', { params: { path: { id: service.id } }, signal }))).items,
    staleTime: 60_000,
  });
  return (
    <Section title="Actions">
      <Answer asked={asked} what="actions">
        {(actions) => {
          if (actions.length === 0) return <Empty>There is nothing to do here.</Empty>;
          const components = [...new Set(actions.map(({ component }) => component))];
          return components.map((component) => (
            <div key={component}>
              {components.length > 1 && (
                <Text size="sm" fw={500} mb="xs">
                  {component}
                </Text>
              )}
              <Group gap="xs">
                {actions
                  .filter((action) => action.component === component)
                  .map((action) => (
                    <ActionButton key={action.name} serviceId={service.id} action={action} onJob={onJob} />
                  ))}
              </Group>
            </div>
          ));
        }}
      </Answer>
    </Section>
  );
}

interface ActionButtonProps {
  readonly serviceId: string;
  readonly action: ServiceAction;
  readonly onJob: (job: PressedJob) => void;
}

/** Acts at once, unless something is asked or has to be agreed to. */
function ActionButton({ serviceId, action, onJob }: ActionButtonProps) {
  const { name, label, component, confirm, possible, when } = action;
  const fields = askedFields(action.input);
  const [filled, change, clear] = useFilled(initialValues(fields));
  const press = async () => {
    const body = { component, input: valuesIn(fields, filled) };
    const { jobId } = await answered(api.POST('/api/v1/services/{id}/actions/{name}', { params: { path: { id: serviceId, name } }, body }));
    onJob({ jobId, title: label });
  };
  const pressing = useMutation({ mutationFn: press });
  const title = possible ? undefined : `Only while the service is ${when.join(' or ')}`;
  if (fields.length > 0 || confirm !== null) {
    return (
      <FormButton
        label={label}
        {...(confirm !== null && { explain: confirm, danger: true })}
        disabled={!possible}
        title={title}
        ready={isFilledIn(fields, filled)}
        onOpen={clear}
        act={press}
      >
        {fields.length > 0 && <SchemaFields fields={fields} filled={filled} onChange={change} />}
      </FormButton>
    );
  }
  return (
    <>
      <Button variant="default" disabled={!possible} title={title} loading={pressing.isPending} onClick={() => pressing.mutate()}>
        {label}
      </Button>
      {pressing.isError && <Failed error={pressing.error} title={label} />}
    </>
  );
}
