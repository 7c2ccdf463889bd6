import type { ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import { useFilters } from '../components/pagination';
import { useI18n } from '../i18n/I18n';
import type { Column } from './description';
import { SIZES, sizeOf } from './useQueue';

interface ListToolsProps {
  columns: readonly Pick<Column<never>, 'id'>[];
  isShown: (id: string) => boolean;
  onShow: (id: string, on: boolean) => void;
  /** The rows that can be selected, if they can. */
  rows?: readonly { id: string }[];
  selected?: number;
  onSelect?: (ids: readonly string[]) => void;
  /** What can be done with the rows that are selected. */
  children?: ReactNode;
}

/** Above the rows of a list: how many are selected and what can be done with them, the columns and the size of a page. */
export function ListTools(props: ListToolsProps) {
  const { columns, isShown, onShow, rows = [], selected = 0, onSelect, children } = props;
  const { t, count } = useI18n();
  const [params] = useSearchParams();
  const { set } = useFilters();
  return (
    <div className="list-tools">
      {onSelect && (
        <label className="pick">
          <input
            type="checkbox"
            checked={selected > 0 && selected === rows.length}
            ref={(box) => {
              if (box) box.indeterminate = selected > 0 && selected < rows.length;
            }}
            onChange={(event) => onSelect(event.target.checked ? rows.map(({ id }) => id) : [])}
          />
          {selected > 0 ? t('selected', { count: count(selected) }) : t('selectAll')}
        </label>
      )}
      {children}
      <details className="chooser">
        <summary>{t('columns')}</summary>
        <fieldset>
          <legend className="unseen">{t('columns')}</legend>
          {columns.slice(1).map(({ id }) => (
            <label key={id} className="pick">
              <input
                type="checkbox"
                checked={isShown(id)}
                onChange={(event) => onShow(id, event.target.checked)}
              />
              {t(`column_${id}`)}
            </label>
          ))}
        </fieldset>
      </details>
      <label className="size">
        {t('rowsPerPage')}
        <span className="native">
          <select value={sizeOf(params)} onChange={(event) => set('size', event.target.value)}>
            {SIZES.map((size) => (
              <option key={size}>{size}</option>
            ))}
          </select>
        </span>
      </label>
    </div>
  );
}
