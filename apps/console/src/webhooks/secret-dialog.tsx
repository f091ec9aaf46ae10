import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { CopyText } from '../shell/index.js';

interface SecretDialogProps {
  /** Nothing while none is to be shown. */
  readonly secret: string | undefined;
  readonly onClose: () => void;
}

/** The secret of a webhook, the only time it is shown. It is closed by its button alone, not by a click beside it. */
export function SecretDialog({ secret, onClose }: SecretDialogProps) {
  return (
    <Modal
      opened={secret !== undefined}
      onClose={onClose}
      title="The secret of the webhook"
      centered
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      <Stack>
        <Text size="sm">The receiver checks signatures with it.</Text>
        <CopyText value={secret ?? ''} what="secret" />
        <Alert color="orange" title="It is shown this once">
          Keep it where the receiver reads it from. A lost one is replaced by a new one.
        </Alert>
        <Group justify="flex-end">
          <Button onClick={onClose}>I have kept it</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
