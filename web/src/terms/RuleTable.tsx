import { type RefObject, useEffect, useRef } from 'react';
import { Button } from 'react-aria-components/Button';
import { Empty } from '../components/feedback';
import type { RuleFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import type { Draft } from './rules';
import { SaidList } from './TermsFacts';
import { sellersOf, useSellerNames, useTermsWords } from './words';

/** What the owner does with the rules of a draft. */
export interface Editing {
  onChange: (place: number) => void;
  onRemove: (place: number) => void;
  onMove: (place: number, by: -1 | 1) => void;
}

interface RuleTableProps {
  version: Pick<Draft, 'rules' | 'findings'>;
  editing?: Editing;
}

/** The rules in the order in which they are tried, with what is wrong with them. */
export function RuleTable({ version: { rules, findings }, editing }: RuleTableProps) {
  const { t } = useI18n();
  const { conditions, outcomes } = useTermsWords(useSellerNames(sellersOf(rules)));
  const table = useRef<HTMLTableElement>(null);
  const move = useMoving(table, rules, editing);
  if (rules.length === 0) return <Empty>{t('noRules')}</Empty>;
  return (
    <table ref={table} className="rows rules">
      <thead>
        <tr>
          <th scope="col" className="number">
            #
          </th>
          <th scope="col">{t('rule')}</th>
          <th scope="col">{t('forWhich')}</th>
          <th scope="col">{t('whatItSays')}</th>
          {editing && <th scope="col">{t('change')}</th>}
        </tr>
      </thead>
      <tbody>
        {rules.map((rule, place) => {
          const asked = conditions(rule.matcher);
          return (
            <tr key={rule.name}>
              <td className="number">{place + 1}</td>
              <th scope="row">
                {rule.name}
                <Finding finding={findings.find((each) => each.rule === rule.name)} />
              </th>
              <td data-label={t('forWhich')}>{asked.length ? <SaidList said={asked} /> : t('allItems')}</td>
              <td data-label={t('whatItSays')}>
                <SaidList said={outcomes(rule.terms)} />
              </td>
              {editing && (
                <td className="edit">
                  <Actions rule={rule} place={place} count={rules.length} editing={editing} onMove={move} />
                </td>
              )}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Finding({ finding }: { finding: Draft['findings'][number] | undefined }) {
  const { t, list } = useI18n();
  if (!finding) return null;
  const texts = { EMPTY: 'idleEmpty', SHADOWED: 'idleShadowed', UNREACHABLE: 'idleUnreachable' } as const;
  return <p className="note bad">{t(texts[finding.fault], { by: list([...finding.by]) })}</p>;
}

/** The buttons of a rule. The arrow keys do the same as the buttons with arrows. */
function Actions(props: {
  rule: RuleFieldsFragment;
  place: number;
  count: number;
  editing: Editing;
  onMove: (place: number, by: -1 | 1) => void;
}) {
  const { rule, place, count, editing, onMove } = props;
  const { t } = useI18n();
  const { name } = rule;
  const move = (by: -1 | 1) => place + by >= 0 && place + by < count && onMove(place, by);
  return (
    <span className="actions start">
      <Button
        className="button small"
        aria-label={t('changeRule', { name })}
        onPress={() => editing.onChange(place)}
      >
        {t('change')}
      </Button>
      <Button
        className="button small"
        aria-label={t('removeRule', { name })}
        onPress={() => editing.onRemove(place)}
      >
        {t('remove')}
      </Button>
      {([-1, 1] as const).map((by) => (
        <Button
          key={by}
          className="button small"
          aria-label={t(by < 0 ? 'moveUp' : 'moveDown', { name })}
          aria-disabled={by < 0 ? place === 0 : place === count - 1} // a disabled button would lose the focus
          onPress={() => move(by)}
          onKeyDown={(event) => {
            if (event.key === 'ArrowUp') move(-1);
            else if (event.key === 'ArrowDown') move(1);
            else event.continuePropagation();
          }}
        >
          {by < 0 ? '↑' : '↓'}
        </Button>
      ))}
    </span>
  );
}

/** Moves rules, and puts the focus back on the button of a row that the browser has moved, which loses it. */
function useMoving(table: RefObject<HTMLTableElement | null>, rules: Draft['rules'], editing?: Editing) {
  const focused = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rows are moved when the rules are
  useEffect(() => {
    focused.current?.focus();
    focused.current = null;
  }, [rules]);
  return (place: number, by: -1 | 1) => {
    const active = document.activeElement;
    focused.current = active instanceof HTMLElement && table.current?.contains(active) ? active : null;
    editing?.onMove(place, by);
  };
}
