import { Button, Code, CopyButton, Group } from '@mantine/core';

/** A value that is to be taken elsewhere as it is. `what` names it: `TXT value`. */
export function CopyText({ value, what }: { readonly value: string; readonly what: string }) {
  return (
    <Group gap="xs" wrap="nowrap" align="center">
      <Code style={{ overflowWrap: 'anywhere' }}>{value}</Code>
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
