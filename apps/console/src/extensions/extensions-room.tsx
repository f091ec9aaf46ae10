import { Text } from '@mantine/core';
import { Answer, Empty, Page, Rows, StateBadge } from '../shell/index.js';
import { useExtensions } from './use-extensions.js';

/** What was found in `extensions/` and among the installed packages, and why some of it is not used. */
export function ExtensionsRoom() {
  const asked = useExtensions();
  return (
    <Page title="Extensions">
      <Answer asked={asked} what="extensions">
        {(extensions) =>
          extensions.length === 0 ? (
            <Empty>No extension is installed.</Empty>
          ) : (
            <Rows
              what="extensions"
              columns={['Extension', 'Version', 'State', 'Modules']}
              items={extensions}
              keyOf={({ id }) => id}
              row={({ id, name, version, state, reason, modules }) => [
                <div key="name">
                  <Text size="sm">{name}</Text>
                  <Text size="xs" c="dimmed">
                    {id}
                  </Text>
                </div>,
                version,
                <div key="state">
                  <StateBadge state={state} />
                  {reason !== null && (
                    <Text size="xs" mt={4}>
                      {reason}
                    </Text>
                  )}
                </div>,
                modules.map(({ kind }) => kind).join(', ') || '–',
              ]}
            />
          )
        }
      </Answer>
    </Page>
  );
}
