import { Text } from '@mantine/core';
import { Facts } from './facts.js';
import { Rows } from './paged-table.js';
import { readResult } from './result.js';
import { Empty } from './states.js';

/** What an action answered. */
export function ResultView({ result }: { readonly result: unknown }) {
  const { facts, tables } = readResult(result);
  return (
    <>
      {facts.length > 0 && <Facts facts={facts} />}
      {tables.map(({ title, columns, rows }) => (
        <div key={title}>
          <Text size="sm" fw={500} mb="xs">
            {title}
          </Text>
          {rows.length === 0 ? (
            <Empty>There are none.</Empty>
          ) : (
            <Rows
              what={title}
              columns={columns}
              items={rows.map((cells, index) => ({ cells, index }))}
              keyOf={({ index }) => String(index)}
              row={({ cells }) => cells}
            />
          )}
        </div>
      ))}
    </>
  );
}
