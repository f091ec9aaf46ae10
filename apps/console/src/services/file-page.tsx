import { useEffect } from 'react';
import { Alert, Anchor, Button, Group, Loader, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { answered, api, ApiFailure } from '../api/index.js';
import { DoorPage } from '../session/index.js';
import { CopyText, Failed } from '../shell/index.js';

interface FilePageProps {
  /** Out of the address. */
  readonly token: string;
  readonly onDone: () => void;
}

/** Where a link to files leads: they are shown when its holder presses, once, so that nothing that only looks uses it up. */
export function FilePage({ token, onDone }: FilePageProps) {
  const link = useQuery({
    queryKey: ['file-link', token],
    queryFn: () => answered(api.POST('/api/v1/file-links/look', { body: { token } })),
    staleTime: Infinity,
  });
  const opening = useMutation({
    mutationFn: () => answered(api.POST('/api/v1/file-links/open', { body: { token } })),
    onError: () => void link.refetch(),
    // What was shown is kept by this page alone.
    gcTime: 0,
  });
  useEffect(() => {
    document.title = 'Files · Hostwright';
  }, []);
  const unknown = link.error instanceof ApiFailure && link.error.status === 404;
  return (
    <DoorPage title="Files" wide={opening.isSuccess}>
      {link.isPending && <Loader aria-label="Looking at your link" />}
      {link.isError && (
        <Failed
          error={link.error}
          title="This link cannot be used"
          text={unknown ? 'It is not one of ours, or was not copied whole. Copy it to its very end.' : undefined}
        />
      )}
      {opening.isError && <Failed error={opening.error} title="The files were not shown" />}
      {opening.isSuccess ? (
        <Shown files={opening.data.files} note={opening.data.note} />
      ) : (
        link.data && (
          <>
            {link.data.state === 'open' ? (
              <Stack>
                <Text c="dimmed">
                  The files of {link.data.product}, service #{link.data.serviceId}. They are shown this once: have a place for them at hand.
                </Text>
                <Button loading={opening.isPending} onClick={() => opening.mutate()}>
                  Show the files
                </Button>
              </Stack>
            ) : (
              <Alert color="yellow" title={link.data.state === 'used' ? 'This link was used already' : 'This link is too old'}>
                A link works once, and for 15 minutes. Press “Get the files” at the service for another. If it was not you who used it, have
                the certificate issued again with a new key.
              </Alert>
            )}
          </>
        )
      )}
      <Anchor component="button" type="button" size="sm" onClick={onDone}>
        To the panel
      </Anchor>
    </DoorPage>
  );
}

interface ShownProps {
  readonly files: readonly { readonly name: string; readonly content: string }[];
  readonly note: string | null;
}

function Shown({ files, note }: ShownProps) {
  return (
    <Stack>
      <Alert color="orange" title="They are shown this once">
        Save them before you leave this page.
      </Alert>
      {note !== null && <Text size="sm">{note}</Text>}
      {files.map(({ name, content }) => (
        <section key={name} aria-label={name}>
          <Group justify="space-between" mb={4}>
            <Title order={2} size="h6">
              {name}
            </Title>
            <Button size="compact-xs" onClick={() => save(name, content)} aria-label={`Download ${name}`}>
              Download
            </Button>
          </Group>
          <CopyText value={content} what={name} />
        </section>
      ))}
    </Stack>
  );
}

/** Hands a text to the browser as a file. */
function save(name: string, content: string): void {
  const url = URL.createObjectURL(new Blob([content], { type: 'application/octet-stream' }));
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  URL.revokeObjectURL(url);
}
