import { RequestSummary } from '../components/RequestSummary';
import type { RequestFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { type Decision, RequestActions } from './RequestActions';
import { requestPath } from './requestPath';

interface OwnerRequestProps {
  request: RequestFieldsFragment;
  onDecide: (decision: Decision, request: RequestFieldsFragment) => void;
}

/** A request on the owner's order page, with a link to its own page. */
export function OwnerRequest({ request, onDecide }: OwnerRequestProps) {
  const { t } = useI18n();
  return (
    <article className="card request" aria-label={t('requestNumber', { number: request.number })}>
      <RequestSummary request={request} pathOf={requestPath} linked />
      <RequestActions request={request} onDecide={onDecide} />
    </article>
  );
}
