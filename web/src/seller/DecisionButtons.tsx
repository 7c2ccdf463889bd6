import { Button } from 'react-aria-components/Button';
import type { RequestFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';

/** A decision of the seller, with a dialog of its own. */
export type Decision = 'confirm' | 'reject' | 'object' | 'takeBack';

export interface DecisionButtonsProps {
  request: RequestFieldsFragment;
  /** For a row of a list. */
  compact?: boolean;
  onDecide: (decision: Decision, request: RequestFieldsFragment) => void;
}

/** Buttons to confirm a request, in everything or in part, to reject it, to object to a withdrawal, or to take the seller's own back, if allowed. */
export function DecisionButtons({ request, compact = false, onDecide }: DecisionButtonsProps) {
  const { t } = useI18n();
  const isAllowed = (action: string) =>
    request.allowedActions.some((allowed) => allowed.action === action && allowed.enabled);
  const size = compact ? 'small' : '';
  return (
    <div className="actions start">
      {isAllowed('CONFIRM_REQUEST') && (
        <Button
          className={`button primary ${size}`}
          aria-label={t('confirmTitle', { number: request.number })}
          onPress={() => onDecide('confirm', request)}
        >
          {t('confirm')}
        </Button>
      )}
      {isAllowed('REJECT_REQUEST') && (
        <Button
          className={`button ${size}`}
          aria-label={t('rejectTitle', { number: request.number })}
          onPress={() => onDecide('reject', request)}
        >
          {t('reject')}
        </Button>
      )}
      {isAllowed('OBJECT_TO_WITHDRAWAL') && (
        <Button
          className={`button ${size}`}
          aria-label={t('objectTitle', { number: request.number })}
          onPress={() => onDecide('object', request)}
        >
          {t('object')}
        </Button>
      )}
      {isAllowed('WITHDRAW_REQUEST') && (
        <Button className={`button ${size}`} onPress={() => onDecide('takeBack', request)}>
          {t('takeRequestBack')}
        </Button>
      )}
    </div>
  );
}
