import { useState } from 'react';
import { Anchor, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { answered, api, errorText } from '../api/index.js';
import { CopyText, labelOf, timeText } from '../shell/index.js';

interface FilesButtonProps {
  readonly serviceId: string;
  readonly component: string;
  /** No other component has files. */
  readonly only: boolean;
}

/** Has a link made to the files of a component, which is opened here or handed to whoever is to have them. It is kept nowhere. */
export function FilesButton({ serviceId, component, only }: FilesButtonProps) {
  const [link, setLink] = useState<{ readonly url: string; readonly expiresAt: string }>();
  const asking = useMutation({
    mutationFn: () => answered(api.POST('/api/v1/services/{id}/file-link', { params: { path: { id: serviceId } }, body: { component } })),
    onSuccess: setLink,
    // The link is in the dialog alone.
    gcTime: 0,
  });
  const title = only ? 'Get the files' : `Get the files of ${labelOf(component)}`;
  const close = () => {
    setLink(undefined);
    asking.reset();
  };
  return (
    <div>
      <Button variant="default" loading={asking.isPending} onClick={() => asking.mutate()}>
        {title}
      </Button>
      {asking.isError && (
        <Text size="sm" c="red" role="alert" mt={4}>
          {errorText(asking.error)}
        </Text>
      )}
      <Modal opened={link !== undefined} onClose={close} title={title} centered>
        {link && (
          <Stack>
            <Text size="sm">
              Whoever opens this link gets the files, a key among them where there is one. It works once, until {timeText(link.expiresAt)};
              after that press again for another.
            </Text>
            <CopyText value={link.url} what="link" />
            <Group justify="flex-end">
              <Anchor href={link.url} target="_blank" rel="noopener noreferrer" onClick={close}>
                Open the files in a new tab
              </Anchor>
            </Group>
          </Stack>
        )}
      </Modal>
    </div>
  );
}
