import { Button, Code, CopyButton, Group } from '@mantine/core';

/** A value that is to be taken elsewhere as it is. `what` names it: `TXT value`. */
export function CopyText({ value, what }: { readonly value: string; readonly what: string }) {
  const lines = value.trimEnd().includes('\n');
  return (
    <Group gap="xs" wrap="nowrap" align={lines ? 'flex-start' : 'center'}>
      <Code block={lines} {...(lines && { mah: 120, tabIndex: 0 })} style={{ overflowWrap: 'anywhere' }}>
        {value}
      </Code>
      <CopyButton value={value}>
        {({ copied, copy }) => (
          <Button size="compact-xs" variant="default" flex="none" onClick={copy} aria-label={copied ? `${what} copied` : `Copy ${what}`}>
            {copied ? 'Copied' : 'Copy'}
          </Button>
        )}
      </CopyButton>
    </Group>
  );
}
