import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { RejectRequestDocument, type RequestPartsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { Reject } from '../parts/Reject';
import { RequestFacts } from '../parts/RequestFacts';

/** A request on the owner's order page; applying it starts from the products, rejecting it here. */
export function OwnerRequest({ request }: { request: RequestPartsFragment }) {
  const { t } = useI18n();
  const [rejecting, setRejecting] = useState(false);
  const mayReject = request.allowedActions.some((one) => one.action === 'REJECT_REQUEST' && one.enabled);
  return (
    <article className="card request" aria-label={t('requestNumber', { number: request.number })}>
      <RequestFacts request={request} />
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
        <Reject request={request} document={RejectRequestDocument} onClose={() => setRejecting(false)} />
      )}
    </article>
  );
}
