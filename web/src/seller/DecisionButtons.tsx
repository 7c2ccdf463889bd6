import { lazy, Suspense, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { RejectRequestDocument, type RequestFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';

const ConfirmRequestDialog = lazy(() => import('../components/ConfirmRequestDialog'));
const WithdrawDialog = lazy(() => import('../components/WithdrawDialog'));
const RejectDialog = lazy(() => import('../components/RejectDialog'));

/** Buttons to confirm a request, in everything or in part, to reject it, or to withdraw the seller's own, if allowed. */
export function DecisionButtons({ request }: { request: RequestFieldsFragment }) {
  const { t } = useI18n();
  const [openDialog, setOpenDialog] = useState<'confirm' | 'reject' | 'withdraw' | null>(null);
  const isAllowed = (action: string) =>
    request.allowedActions.some((allowed) => allowed.action === action && allowed.enabled);
  const close = () => setOpenDialog(null);
  return (
    <div className="actions start">
      {isAllowed('CONFIRM_REQUEST') && (
        <Button
          className="button primary"
          aria-label={t('confirmTitle', { number: request.number })}
          onPress={() => setOpenDialog('confirm')}
        >
          {t('confirm')}
        </Button>
      )}
      {isAllowed('REJECT_REQUEST') && (
        <Button
          className="button"
          aria-label={t('rejectTitle', { number: request.number })}
          onPress={() => setOpenDialog('reject')}
        >
          {t('reject')}
        </Button>
      )}
      {isAllowed('WITHDRAW_REQUEST') && (
        <Button className="button" onPress={() => setOpenDialog('withdraw')}>
          {t('withdraw')}
        </Button>
      )}
      <Suspense>
        {openDialog === 'confirm' && <ConfirmRequestDialog request={request} onClose={close} />}
        {openDialog === 'withdraw' && <WithdrawDialog request={request} onClose={close} />}
        {openDialog === 'reject' && (
          <RejectDialog request={request} document={RejectRequestDocument} onClose={close} />
        )}
      </Suspense>
    </div>
  );
}
