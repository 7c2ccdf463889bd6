import { memo, type ReactNode, useState } from 'react';
import { useI18n } from '../i18n/I18n';
import type { Column, Description } from './description';

export interface RowProps<Row extends { id: string }> {
  row: Row;
  description: Pick<Description<Row, never, never>, 'nameOf' | 'stampOf'>;
  columns: readonly Column<Row>[];
  selected: boolean;
  /** Its details are shown. */
  opened: boolean;
  /** It came while the list was being looked at. */
  fresh: boolean;
  marked: boolean;
  onSelect?: ((id: string) => void) | undefined;
  onOpen?: ((id: string) => void) | undefined;
}

/** What a click on a row may be meant for instead. */
const CONTROLS = 'a, button, input, label, summary, details';

function Row<Row extends { id: string }>(props: RowProps<Row>) {
  const { row, description, columns, selected, opened, onSelect, onOpen } = props;
  const { t } = useI18n();
  const changes = useChanges(description.stampOf(row), props.fresh);
  const classes = [
    props.marked && 'marked',
    opened && 'opened',
    changes > 0 && `arrives ${changes % 2 ? '' : 'again'}`,
  ];
  const open = (target: EventTarget) => {
    const meant = !(target as Element).closest(CONTROLS) && !getSelection()?.toString();
    if (meant) onOpen?.(row.id);
  };
  return (
    <tr
      data-row={row.id}
      tabIndex={-1}
      className={classes.filter(Boolean).join(' ')}
      onClick={(event) => open(event.target)}
      onKeyDown={(event) => event.key === 'Enter' && event.target === event.currentTarget && onOpen?.(row.id)}
    >
      {onSelect && (
        <td className="pick">
          <input
            type="checkbox"
            aria-label={t('selectRow', { name: description.nameOf(row) })}
            checked={selected}
            onChange={() => onSelect(row.id)}
          />
        </td>
      )}
      {columns.map((column, index) => (
        <Cell key={column.id} column={column} head={index === 0}>
          {column.cell(row)}
        </Cell>
      ))}
    </tr>
  );
}

/** One row of a list. It is drawn anew only if something about it has changed. */
export const QueueRow = memo(Row) as typeof Row;

interface CellProps {
  column: Pick<Column<never>, 'id' | 'number'>;
  head: boolean;
  children: ReactNode;
}

function Cell({ column: { id, number }, head, children }: CellProps) {
  const { t } = useI18n();
  const shared = {
    'data-label': t(`column_${id}`),
    'data-column': id,
    className: number ? 'number' : '',
  };
  if (head)
    return (
      <th scope="row" {...shared}>
        {children}
      </th>
    );
  return <td {...shared}>{children}</td>;
}

/** How often a row has changed while it was shown. */
function useChanges(stamp: string | number, fresh: boolean): number {
  const [seen, setSeen] = useState({ stamp, changes: fresh ? 1 : 0 });
  if (seen.stamp === stamp) return seen.changes;
  setSeen({ stamp, changes: seen.changes + 1 });
  return seen.changes + 1;
}
