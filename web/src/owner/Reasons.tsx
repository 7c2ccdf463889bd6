import { lazy } from 'react';
import { Button } from 'react-aria-components/Button';
import { useQuery } from 'urql';
import { Fact } from '../components/display';
import { ServerError, Spinner } from '../components/feedback';
import { usePageDialog } from '../components/usePageDialog';
import { AllReasonsDocument, type ReasonFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { May } from '../session/May';

const ReasonDialog = lazy(() => import('./ReasonDialog'));

interface Change {
  /** The reason that is changed; null for a new one. */
  reason: ReasonFieldsFragment | null;
}

/** All reasons in the order in which they are offered, also those that are not offered any more. */
export default function Reasons() {
  const { t, language } = useI18n();
  const [{ data, error }, run] = useQuery({ query: AllReasonsDocument, variables: { locale: language } });
  const { open, dialog } = usePageDialog<Change>(({ reason }, { onDone, onClose }) => (
    <ReasonDialog
      reason={reason}
      onDone={() => {
        onDone(t('done'));
        run({ requestPolicy: 'network-only' });
      }}
      onClose={onClose}
    />
  ));
  return (
    <>
      <p className="quiet">{t('reasonsIntro')}</p>
      <May action="UPSERT_REASON">
        <Button className="button" onPress={() => open({ reason: null })}>
          {t('addReason')}
        </Button>
      </May>
      {error && <ServerError error={error} onRetry={run} />}
      {!data && !error && <Spinner />}
      {dialog}
      <div className="cards">
        {data?.allReasons.map((reason) => (
          <Card key={reason.id} reason={reason} onEdit={() => open({ reason })} />
        ))}
      </div>
    </>
  );
}

function Card({ reason, onEdit }: { reason: ReasonFieldsFragment; onEdit: () => void }) {
  const { t, enumLabel, list } = useI18n();
  const answer = (yes: boolean) => t(yes ? 'yes' : 'no');
  const audiences = reason.audiences.map((audience) => enumLabel('role', audience));
  return (
    <article className="card" aria-label={reason.handle}>
      <h2>{reason.label}</h2>
      <dl className="facts">
        <Fact term={t('handle')}>{reason.handle}</Fact>
        <Fact term={t('transaction')}>{enumLabel('requestTransaction', reason.transaction)}</Fact>
        <Fact term={t('isOffered')}>{answer(reason.active)}</Fact>
        <Fact term={t('offeredTo')}>{list(audiences)}</Fact>
        <Fact term={t('needsNote')}>{answer(reason.needsNote)}</Fact>
        {reason.transaction === 'REFUND' && (
          <Fact term={t('goodsWithCustomer')}>{answer(reason.goodsWithCustomer)}</Fact>
        )}
        <Fact term={t('positionInList')}>{reason.position}</Fact>
        <Fact term={t('languages')}>{list(reason.labels.map(({ locale }) => locale))}</Fact>
      </dl>
      <May action="UPSERT_REASON">
        <div className="actions start">
          <Button className="button" aria-label={t('changeReason', { name: reason.handle })} onPress={onEdit}>
            {t('change')}
          </Button>
        </div>
      </May>
    </article>
  );
}
