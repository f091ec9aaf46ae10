import type { ReactNode } from 'react';
import { Paper, Table } from '@mantine/core';
import type { UseInfiniteQueryResult, InfiniteData } from '@tanstack/react-query';
import { MoreButton } from './more-button.js';
import { Answer, Empty } from './states.js';

export interface ListPage<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

interface PagedTableProps<T> {
  readonly asked: UseInfiniteQueryResult<InfiniteData<ListPage<T>>, Error>;
  /** What the list is of, in a sentence: `jobs`. */
  readonly what: string;
  readonly empty: ReactNode;
  readonly columns: readonly string[];
  /** The cells of one row. */
  readonly row: (item: T) => readonly ReactNode[];
  readonly keyOf: (item: T) => string;
}

/** A list that comes in pages; the next one is fetched when it is asked for. */
export function PagedTable<T>({ asked, what, empty, columns, row, keyOf }: PagedTableProps<T>) {
  return (
    <Answer asked={asked} what={what}>
      {({ pages }) => {
        const items = pages.flatMap((page) => page.items);
        if (items.length === 0) return <Empty>{empty}</Empty>;
        return (
          <>
            <Rows what={what} columns={columns} items={items} row={row} keyOf={keyOf} />
            <MoreButton asked={asked} />
          </>
        );
      }}
    </Answer>
  );
}

interface RowsProps<T> extends Pick<PagedTableProps<T>, 'what' | 'columns' | 'row' | 'keyOf'> {
  readonly items: readonly T[];
}

/** Pixels that a column takes at least. */
const narrowest = 130;

/** A table that scrolls within itself where the window is narrow. */
export function Rows<T>({ what, columns, items, row, keyOf }: RowsProps<T>) {
  return (
    <Paper withBorder>
      <Table.ScrollContainer minWidth={Math.min(620, columns.length * narrowest)}>
        <Table verticalSpacing="sm" horizontalSpacing="md" highlightOnHover aria-label={what}>
          <Table.Thead>
            <Table.Tr>
              {columns.map((column) => (
                <Table.Th key={column} scope="col">
                  {column}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map((item) => (
              <Table.Tr key={keyOf(item)}>
                {row(item).map((cell, index) => (
                  <Table.Td key={columns[index]}>{cell}</Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Paper>
  );
}
