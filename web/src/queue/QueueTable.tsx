import { useI18n } from '../i18n/I18n';
import type { Column, Description } from './description';
import { QueueRow } from './QueueRow';
import type { Selection } from './useSelection';

interface QueueTableProps<Row extends { id: string }> {
  description: Pick<Description<Row, never, never>, 'nameOf' | 'stampOf'>;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  /** Whether rows can be selected, and which are. */
  selection?: Selection | null;
  /** The row whose details are shown. */
  opened?: string | null;
  isFresh?: (id: string) => boolean;
  isMarked?: (row: Row) => boolean;
  onOpen?: ((id: string) => void) | undefined;
}

const NEVER = () => false;

/** The rows of a list: a plain table, which on a phone is a list of cards. */
export function QueueTable<Row extends { id: string }>(props: QueueTableProps<Row>) {
  const { description, rows, columns, selection, opened, isFresh = NEVER, isMarked = NEVER, onOpen } = props;
  const { t } = useI18n();
  return (
    <table className="rows queue">
      <thead>
        <tr>
          {selection && <td className="pick" />}
          {columns.map(({ id, number }) => (
            <th key={id} scope="col" className={number ? 'number' : ''}>
              {t(`column_${id}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <QueueRow
            key={row.id}
            row={row}
            description={description}
            columns={columns}
            selected={selection?.has(row.id) ?? false}
            opened={row.id === opened}
            fresh={isFresh(row.id)}
            marked={isMarked(row)}
            onSelect={selection?.toggle}
            onOpen={onOpen}
          />
        ))}
      </tbody>
    </table>
  );
}
