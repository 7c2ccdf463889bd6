import { lazy, Suspense, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Timeline } from '../components/display';
import { CommandError } from '../components/feedback';
import { RequestSummary } from '../components/RequestSummary';
import { useCommand } from '../components/useCommand';
import { type StoreOrderFieldsFragment, WithdrawRequestDocument } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';

const WithdrawDialog = lazy(() => import('./WithdrawDialog'));

/** A request with its history, as its customer sees it. */
export function RequestCard({ request }: { request: StoreOrderFieldsFragment['requests'][number] }) {
  const { t, language: locale } = useI18n();
  const [dialogOpen, setDialogOpen] = useState(false);
  const { send, busy, failure } = useCommand(WithdrawRequestDocument);
  const mayWithdraw = request.allowedActions.some(
    (allowed) => allowed.action === 'WITHDRAW_REQUEST' && allowed.enabled,
  );
  const withdraw = async () => {
    const input = { requestId: request.id, expectedVersion: request.version };
    await send({ input, locale });
    setDialogOpen(false);
  };
  return (
    <article className="card request" aria-label={t('requestNumber', { number: request.number })}>
      <RequestSummary request={request} />
      <Timeline events={request.timeline} />
      <CommandError failure={failure} />
      {mayWithdraw && (
        <Button className="button" onPress={() => setDialogOpen(true)}>
          {t('withdraw')}
        </Button>
      )}
      {dialogOpen && (
        <Suspense>
          <WithdrawDialog
            number={request.number}
            busy={busy}
            onConfirm={withdraw}
            onClose={() => setDialogOpen(false)}
          />
        </Suspense>
      )}
    </article>
  );
}
