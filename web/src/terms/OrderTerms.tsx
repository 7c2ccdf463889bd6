import { useState } from 'react';
import { useQuery } from 'urql';
import { ServerError, Spinner } from '../components/feedback';
import { SelectField } from '../components/SelectField';
import { ExplainTermsDocument, type ExplainTermsQuery } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { ChangeList } from './Diff';
import { changesOf } from './rules';
import { RuleOf, SaidList } from './TermsFacts';
import { useVersions, useVersionTitle } from './Versions';
import { useTermsWords } from './words';

type Explained = NonNullable<ExplainTermsQuery['explainTerms']>[number];

/** Which rule decides on each item of an order now, and under another version or in another market. */
export default function OrderTerms({ orderId }: { orderId: string }) {
  const { t } = useI18n();
  const titleOf = useVersionTitle();
  const [termsId, setTermsId] = useState('');
  const [market, setMarket] = useState('');
  const { versions } = useVersions();
  const [{ data: now, error }, run] = useQuery({ query: ExplainTermsDocument, variables: { orderId } });
  const other = { orderId, termsId: termsId || null, market: market || null };
  const [{ data: then }] = useQuery({ query: ExplainTermsDocument, variables: other });
  const compared = termsId !== '' || market !== '';
  if (error) return <ServerError error={error} onRetry={run} />;
  if (!now || !versions) return <Spinner />;
  const inForce = versions.find((version) => version.inForce);
  const own = now.order?.market ?? t('marketUnknown');
  const markets = [now, then]
    .flatMap((found) => found?.terms?.rules ?? [])
    .flatMap(({ matcher }) => matcher.markets ?? []);
  return (
    <>
      <div className="filters">
        <SelectField
          label={t('comparedWith')}
          options={[
            { id: '', label: `${inForce ? titleOf(inForce) : t('terms')} (${t('inForceNow')})` },
            ...versions
              .filter((each) => each !== inForce)
              .map((each) => ({ id: each.id, label: titleOf(each) })),
          ]}
          value={termsId}
          onChange={setTermsId}
        />
        <SelectField
          label={t('market')}
          options={[
            { id: '', label: t('marketOwn', { name: own }) },
            ...[...new Set(markets)].sort().map((name) => ({ id: name, label: name })),
          ]}
          value={market}
          onChange={setMarket}
        />
      </div>
      <table className="rows rules">
        <thead>
          <tr>
            <th scope="col">{t('product')}</th>
            <th scope="col">{t('asItIs')}</th>
            {compared && <th scope="col">{t('comparedWith')}</th>}
          </tr>
        </thead>
        <tbody>
          {now.explainTerms?.map((item) => (
            <tr key={item.orderItem.id}>
              <th scope="row">{item.orderItem.name}</th>
              <td data-label={t('asItIs')}>
                <Explanation explained={item} />
              </td>
              {compared && (
                <td data-label={t('comparedWith')}>
                  <Explanation
                    explained={then?.explainTerms?.find(
                      ({ orderItem }) => orderItem.id === item.orderItem.id,
                    )}
                    before={item}
                  />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

interface ExplanationProps {
  explained: Explained | undefined;
  /** The same item under what it is compared with: only what differs is shown. */
  before?: Explained;
}

/** The rule that decides on an item, what it says, and why no rule before it does. */
function Explanation({ explained, before }: ExplanationProps) {
  const { t } = useI18n();
  const { outcomes, named } = useTermsWords();
  if (!explained) return <Spinner />;
  const { returnTerms: terms, passedOver } = explained;
  const say = (of: Explained) => (of.returnTerms ? outcomes(of.returnTerms) : []);
  return (
    <>
      <p>{terms ? <RuleOf terms={terms} /> : t('noRule')}</p>
      {before ? (
        <ChangeList changes={changesOf(say(before), say(explained))} />
      ) : (
        <SaidList said={say(explained)} />
      )}
      {passedOver.length > 0 && (
        <details>
          <summary>{t('passedOver')}</summary>
          <ul>
            {passedOver.map(({ rule, failed }) => (
              <li key={rule}>{t('conditionMissed', { rule, conditions: named(failed) })}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
