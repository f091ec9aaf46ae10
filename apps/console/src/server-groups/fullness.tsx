import { Progress, Stack, Text } from '@mantine/core';
import { fullPercent, fullText, type Fullness } from './group-words.js';

/** How many services are on a server of how many, as words and as a bar. */
export function FullnessBar({ of }: { readonly of: Fullness }) {
  const percent = fullPercent(of);
  return (
    <Stack gap={4} maw={240}>
      <Text size="sm">{fullText(of)}</Text>
      {percent !== undefined && (
        // The words above say it all.
        <Progress value={percent} color={percent === 100 ? 'red' : percent >= 80 ? 'orange' : 'blue'} size="sm" aria-hidden />
      )}
    </Stack>
  );
}
