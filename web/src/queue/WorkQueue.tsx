import { type ReactNode, useEffect, useRef } from 'react';
import { useSearchParams } from 'react-router';
import type { CombinedError } from 'urql';
import { Empty, ServerError, Spinner } from '../components/feedback';
import { Pager } from '../components/pagination';
import { useI18n } from '../i18n/I18n';
import type { Column, Description, Found, OrderId } from './description';
import { ExportButton, isExported } from './ExportButton';
import { ListTools } from './ListTools';
import { QueueFilters } from './QueueFilters';
import { QueueTable } from './QueueTable';
import { SavedViews } from './SavedViews';
import { SidePanel } from './SidePanel';
import { loadTexts } from './texts';
import { useColumns } from './useColumns';
import { useKeys } from './useKeys';
import { conditionsOf } from './useQueue';
import { useSelection } from './useSelection';
import { useStable } from './useStable';
import './queue.css';

loadTexts();

interface WorkQueueProps<Row extends { id: string }, Filter extends object, Order extends OrderId> {
  /** The heading, unless the page has one. */
  title?: string;
  description: Description<Row, Filter, Order>;
  /** The columns of the description, and the one with what can be done with a row. */
  columns: readonly Column<Row>[];
  /** What the list shows, as `useQueue` says. */
  chosen: { filter: Filter; orderBy: Order };
  found: Found<Row> | undefined;
  /** Until then the rows are those of the conditions before. */
  fetching: boolean;
  error: CombinedError | undefined;
  onRetry: () => void;
  /** What is said of an empty list, without and with a filter. */
  none: { all: string; filtered: string };
  /** What is shown beside the list about the row with this id. */
  detail?: (id: string) => ReactNode;
  /** Where that is a page of its own. */
  pageOf?: (id: string) => string;
  isMarked?: (row: Row) => boolean;
  /** What can be done with several rows at once. */
  bulk?: (rows: readonly Row[], select: (ids: readonly string[]) => void) => ReactNode;
  /** Above the filters, such as views. */
  above?: ReactNode;
  /** Above the rows, such as the dialogs of the page. */
  children?: ReactNode;
}

const NOTHING: readonly never[] = [];

/** One list of work: its search, filters, rows and pages, what can be done with several rows, and one row's details. */
export function WorkQueue<Row extends { id: string }, Filter extends object, Order extends OrderId>(
  props: WorkQueueProps<Row, Filter, Order>,
) {
  const { description, found, error, detail, bulk } = props;
  const { t, count } = useI18n();
  const [params, setParams] = useSearchParams();
  const { shown, isShown, show } = useColumns(description.name, props.columns);
  const selection = useSelection();
  const rows = found?.nodes ?? NOTHING;
  const isFresh = useFresh(props.fetching ? undefined : found?.nodes);
  const fresh = rows.filter(({ id }) => isFresh(id)).length;
  const selected = rows.filter(({ id }) => selection.has(id));
  const opened = detail ? params.get('open') : null;
  const last = useRef<string | null>(opened);
  const place = useRef(0); // of the last row, also when it has left the list
  useEffect(() => {
    const index = rows.findIndex(({ id }) => id === last.current);
    if (index >= 0) place.current = index;
  });

  const go = (id: string | null) =>
    setParams(
      (current) => {
        const next = new URLSearchParams(current);
        if (id) next.set('open', id);
        else next.delete('open');
        return next;
      },
      { replace: opened !== null && id !== null },
    );
  const onOpen = useStable((id: string) => {
    last.current = id;
    go(id);
  });
  const close = () => go(null);
  useEffect(() => {
    if (opened) last.current = opened;
    else if (last.current && document.activeElement === document.body)
      (rowElement(last.current) ?? document.getElementById('content'))?.focus();
  }, [opened]);
  const step = (by: 1 | -1) => {
    const index = rows.findIndex(({ id }) => id === (focusedRow() ?? last.current));
    const from = index >= 0 ? index : place.current - (by > 0 ? 1 : 0); // of a row that has gone, the next one is there
    const next = rows[Math.min(from + by, rows.length - 1)];
    if (!next) return;
    last.current = next.id;
    rowElement(next.id)?.focus();
    if (opened) go(next.id);
  };
  useKeys({
    j: () => step(1),
    k: () => step(-1),
    x: () => {
      const id = focusedRow() ?? last.current;
      if (bulk && id) selection.toggle(id);
    },
    a: () => bulk && selection.set(rows.map(({ id }) => id)),
    b: () => document.querySelector<HTMLElement>('.list-tools button')?.focus(),
    '/': () => document.querySelector<HTMLInputElement>('search input[type=search]')?.focus(),
    Escape: () => opened && close(),
  });

  const filtered = ['search', ...description.filters.map(({ name }) => name)].some((name) =>
    params.has(name),
  );
  return (
    <>
      <div className="head">
        {props.title && <h1>{props.title}</h1>}
        {found && <p className="quiet">{t('found', { count: count(found.totalCount) })}</p>}
        <p className="quiet" role="status">
          {fresh > 0 && t('newRows', { count: count(fresh) })}
        </p>
      </div>
      {props.above}
      <SavedViews description={description} />
      <QueueFilters
        searches={'search' in description}
        fields={description.filters}
        orders={description.orders}
        order={props.chosen.orderBy}
      />
      {error && <ServerError error={error} onRetry={props.onRetry} />}
      {!found && !error && <Spinner />}
      {found && rows.length === 0 && <Empty>{filtered ? props.none.filtered : props.none.all}</Empty>}
      {props.children}
      {rows.length > 0 && (
        <>
          <ListTools
            columns={props.columns}
            isShown={isShown}
            onShow={show}
            {...(bulk && { rows, selected: selected.length, onSelect: selection.set })}
          >
            {bulk && selected.length > 0 && bulk(selected, selection.set)}
            {isExported(description.list) && (
              <ExportButton list={description.list} filter={props.chosen.filter} />
            )}
          </ListTools>
          <QueueTable
            description={description}
            rows={rows}
            columns={shown}
            selection={bulk ? selection : null}
            opened={opened}
            isFresh={isFresh}
            {...(props.isMarked && { isMarked: props.isMarked })}
            onOpen={detail && onOpen}
          />
        </>
      )}
      {found && <p className="quiet keys-hint">{t('keysHint')}</p>}
      {found && <Pager page={found.pageInfo} lastPage={t('lastPage')} />}
      {opened && detail && (
        <SidePanel page={props.pageOf?.(opened)} onClose={close}>
          {detail(opened)}
        </SidePanel>
      )}
    </>
  );
}

const rowElement = (id: string | null) =>
  id ? document.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`) : null;

/** The id of the row that has the focus, itself or something in it. */
const focusedRow = () => document.activeElement?.closest<HTMLElement>('[data-row]')?.dataset.row ?? null;

/** Which rows have come since this page of the list was opened. */
function useFresh(rows: readonly { id: string }[] | undefined) {
  const [params] = useSearchParams();
  const page = `${conditionsOf(params)} ${params.get('after')} ${params.get('before')} ${params.get('last')}`;
  const known = useRef<{ page: string; ids: ReadonlySet<string> } | null>(null);
  if (rows && known.current?.page !== page) known.current = { page, ids: new Set(rows.map(({ id }) => id)) };
  return (id: string) => known.current?.page === page && !known.current.ids.has(id);
}
