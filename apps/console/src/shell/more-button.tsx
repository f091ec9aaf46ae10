import { Button, Group } from '@mantine/core';

interface MoreButtonProps {
  readonly asked: { readonly hasNextPage: boolean; readonly isFetchingNextPage: boolean; readonly fetchNextPage: () => unknown };
}

/** The way to the next page of a list, while there is one. */
export function MoreButton({ asked }: MoreButtonProps) {
  if (!asked.hasNextPage) return null;
  return (
    <Group justify="center">
      <Button variant="default" loading={asked.isFetchingNextPage} onClick={() => void asked.fetchNextPage()}>
        Show more
      </Button>
    </Group>
  );
}
