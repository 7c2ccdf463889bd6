import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Link } from 'react-router';
import { useQuery } from 'urql';
import { Note, ServerError, Spinner } from '../components/feedback';
import { SelectField } from '../components/SelectField';
import { SimulateTermsDocument, type SimulateTermsQuery, type VersionFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { requestPath } from '../owner/requestPath';
import { ChangeList } from './Diff';
import { changesOf } from './rules';
import { RuleOf } from './TermsFacts';
import { useTermsWords } from './words';

const COUNTS = ['20', '100', '500', '1000'] as const;
const SHOWN = 100;

type Difference = NonNullable<SimulateTermsQuery['simulateTerms']>['differences'][number];

/** What a version would have said of the latest returns. */
export function Simulation({ version }: { version: VersionFieldsFragment }) {
  const { t } = useI18n();
  const [latest, setLatest] = useState<(typeof COUNTS)[number]>('100');
  const [tried, setTried] = useState<number | null>(null);
  const [{ data, error, fetching }, run] = useQuery({
    query: SimulateTermsDocument,
    variables: { id: version.id, latest: tried ?? 1 },
    requestPolicy: 'network-only',
    pause: tried === null,
  });
  const simulate = () =>
    tried === Number(latest) ? run({ requestPolicy: 'network-only' }) : setTried(Number(latest));
  return (
    <section className="card" aria-labelledby="simulation">
      <h2 id="simulation">{t('simulateTitle')}</h2>
      <div className="filters">
        <SelectField
          label={t('latestReturns')}
          options={COUNTS.map((id) => ({ id, label: id }))}
          value={latest}
          onChange={setLatest}
        />
        <Button className="button" onPress={simulate}>
          {t('simulate')}
        </Button>
      </div>
      {error && <ServerError error={error} onRetry={run} />}
      {fetching && <Spinner />}
      {!fetching && data?.simulateTerms && <Result found={data.simulateTerms} />}
    </section>
  );
}

function Result({ found }: { found: NonNullable<SimulateTermsQuery['simulateTerms']> }) {
  const { t } = useI18n();
  const { lookedAt: count, otherwise, refused, differences } = found;
  if (otherwise === 0) return <Note tone="good">{t('noDifference', { count })}</Note>;
  return (
    <>
      <p role="status">
        {t('otherwise', { otherwise, count, refused })} {otherwise > SHOWN && t('ofThem')}
      </p>
      <table className="rows rules">
        <thead>
          <tr>
            <th scope="col">{t('request')}</th>
            <th scope="col">{t('product')}</th>
            <th scope="col">{t('diffTitle')}</th>
          </tr>
        </thead>
        <tbody>
          {differences.map((difference) => (
            <Row key={difference.request.id} difference={difference} />
          ))}
        </tbody>
      </table>
    </>
  );
}

function Row({ difference: { request, orderItem, refused, before, after } }: { difference: Difference }) {
  const { t, refusalText } = useI18n();
  const { outcomes } = useTermsWords();
  const say = (terms: Difference['before']) => (terms ? outcomes(terms) : []);
  return (
    <tr>
      <th scope="row" data-label={t('request')}>
        <Link to={requestPath(request)}>{request.number}</Link>
      </th>
      <td data-label={t('product')}>{orderItem.name}</td>
      <td data-label={t('diffTitle')}>
        {refused && (
          <p>
            <span className="badge bad">{t('wouldBeRefused')}</span>{' '}
            {refusalText({ code: refused, message: refused })}
          </p>
        )}
        {before && after ? (
          <ChangeList changes={changesOf(outcomes(before), outcomes(after))} />
        ) : (
          <details>
            <summary>
              {before ? <RuleOf terms={before} /> : t('noRuleThen')} →{' '}
              {after ? <RuleOf terms={after} /> : t('noRuleThen')}
            </summary>
            <ChangeList changes={changesOf(say(before), say(after))} />
          </details>
        )}
      </td>
    </tr>
  );
}
