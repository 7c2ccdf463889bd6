import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { RejectDialog } from '../components/RejectDialog';
import { RequestSummary } from '../components/RequestSummary';
import { RejectRequestDocument, type RequestFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';

/** A request on the owner's order page. The owner rejects it here, and applies it from the products. */
export function OwnerRequest({ request }: { request: RequestFieldsFragment }) {
  const { t } = useI18n();
  const [rejecting, setRejecting] = useState(false);
  const mayReject = request.allowedActions.some(
    (allowed) => allowed.action === 'REJECT_REQUEST' && allowed.enabled,
  );
  return (
    <article className="card request" aria-label={t('requestNumber', { number: request.number })}>
      <RequestSummary request={request} />
      {mayReject && (
        <Button
          className="button"
          aria-label={t('rejectTitle', { number: request.number })}
          onPress={() => setRejecting(true)}
        >
          {t('reject')}
        </Button>
      )}
      {rejecting && (
        <RejectDialog
          request={request}
          document={RejectRequestDocument}
          onClose={() => setRejecting(false)}
        />
      )}
    </article>
  );
}
