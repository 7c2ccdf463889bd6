import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import type { ReactNode } from 'react';
import type { ViewedList } from '../gql/graphql';
import type { enQueue } from '../i18n/enQueue';
import type { ENUM_LABELS } from '../i18n/enumLabels';

type Suffix<Prefix extends string, Key = keyof typeof enQueue> = Key extends `${Prefix}_${infer Id}`
  ? Id
  : never;

/** Something that a list can be sorted by, as the API names it. */
export type OrderId = Suffix<'order'>;

/** A column. Its name is the text `column_…`. */
export interface Column<Row> {
  id: Suffix<'column'>;
  cell: (row: Row) => ReactNode;
  /** For amounts, at the right edge. */
  number?: boolean;
  /** Hidden until somebody wants to see it. */
  extra?: boolean;
}

/** A filter, kept in the URL under its name. Its label is the text `filter_…`. */
export interface FilterField<Filter> {
  name: Suffix<'filter'>;
  /** How it is entered: one of the labels of an enum, a tick, a day, how near a deadline is, a seller, or a reason. */
  by: keyof typeof ENUM_LABELS | 'tick' | 'day' | 'deadline' | 'sellerId' | 'reason';
  /** What the API takes for what is chosen. */
  filter: (value: string) => Filter;
  /** Among those that are folded away. */
  more?: boolean;
}

/** All that differs between one list of work and another. */
export interface Description<Row extends { id: string }, Filter, Order extends OrderId> {
  /** Under this name the browser remembers which columns are shown. */
  name: string;
  /** What the API calls the list. */
  list: ViewedList;
  /** Counts what a filter finds. */
  count: TypedDocumentNode<{ found: { totalCount: number } }, { filter?: Filter | null }>;
  /** The row in one word, such as its number. */
  nameOf: (row: Row) => string;
  /** Changes whenever the row does. */
  stampOf: (row: Row) => string | number;
  columns: readonly Column<Row>[];
  /** What the list can be narrowed to by a tab, the first unless the URL names another. */
  views?: Record<string, Filter>;
  filters: readonly FilterField<Filter>[];
  search?: (text: string) => Filter;
  orders: readonly Order[];
  /** The order until another one is chosen: the next deadline first where somebody waits. */
  orderOf: (params: URLSearchParams) => Order;
}

/** The page of a connection that the list shows. */
export interface Found<Row> {
  nodes: readonly Row[];
  totalCount: number;
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor?: string | null;
    endCursor?: string | null;
  };
}
