import { lazy, Suspense, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { type StoreOrderPartsFragment, WithdrawRequestDocument } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { useCommand } from '../parts/command';
import { RequestFacts } from '../parts/RequestFacts';
import { Timeline } from '../parts/Show';
import { Refusal } from '../parts/States';

const Withdraw = lazy(() => import('./Withdraw'));

/** A request as its customer sees it, with its way so far. */
export function RequestView({ request }: { request: StoreOrderPartsFragment['requests'][number] }) {
  const { t, language: locale } = useI18n();
  const [asking, setAsking] = useState(false);
  const { send, busy, refused } = useCommand(WithdrawRequestDocument);
  const mayWithdraw = request.allowedActions.some((one) => one.action === 'WITHDRAW_REQUEST' && one.enabled);
  const withdraw = async () => {
    const input = { requestId: request.id, expectedVersion: request.version };
    await send({ input, locale });
    setAsking(false);
  };
  return (
    <article className="card request" aria-label={t('requestNumber', { number: request.number })}>
      <RequestFacts request={request} />
      <Timeline events={request.timeline} />
      <Refusal refused={refused} />
      {mayWithdraw && (
        <Button className="button" onPress={() => setAsking(true)}>
          {t('withdraw')}
        </Button>
      )}
      {asking && (
        <Suspense>
          <Withdraw number={request.number} busy={busy} onYes={withdraw} onClose={() => setAsking(false)} />
        </Suspense>
      )}
    </article>
  );
}
