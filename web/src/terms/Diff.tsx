import { useEffect, useRef, useState } from 'react';
import { useQuery } from 'urql';
import { Empty, ServerError, Spinner } from '../components/feedback';
import { SelectField } from '../components/SelectField';
import {
  DiffTermsDocument,
  type DiffTermsQuery,
  type RuleFieldsFragment,
  type VersionFieldsFragment,
} from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { type Change, changesOf } from './rules';
import { SaidList } from './TermsFacts';
import { useVersionTitle } from './Versions';
import { type Said, sellersOf, useSellerNames, useTermsWords } from './words';

type Found = NonNullable<DiffTermsQuery['diffTerms']>;

interface DiffProps {
  version: VersionFieldsFragment;
  /** Versions to compare it with. */
  versions: readonly VersionFieldsFragment[];
}

/** How a version differs from another one: first a draft from the one in force, and others from the one before. */
export function Diff({ version, versions }: DiffProps) {
  const { t } = useI18n();
  const titleOf = useVersionTitle();
  const others = versions.filter(({ id }) => id !== version.id);
  const [chosen, setChosen] = useState('');
  const usual = ({ number, inForce }: VersionFieldsFragment) =>
    version.number ? number === version.number - 1 : inForce;
  const before = others.find(({ id }) => id === chosen) ?? others.find(usual);
  const [{ data, error }, run] = useQuery({
    query: DiffTermsDocument,
    variables: { id: version.id, before: before?.id ?? null },
    requestPolicy: 'network-only',
  });
  const compared = useRef(version.version);
  useEffect(() => {
    if (compared.current === version.version) return;
    compared.current = version.version; // a draft that has been saved differs in another way
    run({ requestPolicy: 'network-only' });
  }, [run, version.version]);
  if (version.number && !before) return null; // the first version changes nothing
  return (
    <section className="card" aria-labelledby="diff">
      <h2 id="diff">{t('diffTitle')}</h2>
      {before && (
        <div className="filters">
          <SelectField
            label={t('comparedWith')}
            options={others.map((each) => ({ id: each.id, label: titleOf(each) }))}
            value={before.id}
            onChange={setChosen}
          />
        </div>
      )}
      {error && <ServerError error={error} onRetry={run} />}
      {!data && !error && <Spinner />}
      {data?.diffTerms && <Differences found={data.diffTerms} />}
    </section>
  );
}

function Differences({ found: { added, removed, changed } }: { found: Found }) {
  const { t } = useI18n();
  const all = [...added, ...removed, ...changed.flatMap(({ before, after }) => [before, after])];
  const { conditions, outcomes } = useTermsWords(useSellerNames(sellersOf(all)));
  const say = ({ matcher, terms }: RuleFieldsFragment) => [...conditions(matcher), ...outcomes(terms)];
  if (all.length === 0) return <Empty>{t('diffNone')}</Empty>;
  return (
    <ul className="changes">
      <WholeRules rules={added} tone="good" text={t('diffAdded')} say={say} />
      <WholeRules rules={removed} tone="bad" text={t('diffRemoved')} say={say} />
      {changed.map(({ before, after, moved }) => {
        const changes = changesOf(say(before), say(after));
        return (
          <li key={after.name}>
            {(changes.length > 0 || !moved) && <span className="badge wait">{t('diffChanged')}</span>}{' '}
            {moved && <span className="badge still">{t('diffMoved')}</span>} <strong>{after.name}</strong>
            <ChangeList changes={changes} />
          </li>
        );
      })}
    </ul>
  );
}

interface WholeRulesProps {
  rules: readonly RuleFieldsFragment[];
  tone: 'good' | 'bad';
  text: string;
  say: (rule: RuleFieldsFragment) => Said[];
}

/** Rules that are in one of the versions alone: all that they say, if somebody wants to read it. */
function WholeRules({ rules, tone, text, say }: WholeRulesProps) {
  return rules.map((rule) => (
    <li key={rule.name}>
      <details>
        <summary>
          <span className={`badge ${tone}`}>{text}</span> {rule.name}
        </summary>
        <SaidList said={say(rule)} />
      </details>
    </li>
  ));
}

/** What is said differently: struck out what was said, and after it what is said instead. */
export function ChangeList({ changes }: { changes: readonly Change[] }) {
  return (
    <ul className="said">
      {changes.map(({ name, label, before, after }) => (
        <li key={name}>
          <span className="quiet">{label}:</span> {before !== null && <del>{before}</del>}{' '}
          {before !== null && after !== null && '→ '}
          {after !== null && <ins>{after}</ins>}
        </li>
      ))}
    </ul>
  );
}
