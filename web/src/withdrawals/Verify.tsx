import { Button } from 'react-aria-components/Button';
import { useI18n } from '../i18n/I18n';
import type { Verification } from './VerificationDialog';
import './unverified';

interface VerifyProps {
  withdrawal: Verification['withdrawal'];
  onDecide: (verification: Verification) => void;
}

/** What the owner can do about a withdrawal that somebody declared without an account. */
export function Verify({ withdrawal, onDecide }: VerifyProps) {
  const { t } = useI18n();
  if (withdrawal.status !== 'UNVERIFIED') return null;
  const labels = [
    ['VERIFY_WITHDRAWAL', t('verify')],
    ['REJECT_WITHDRAWAL', t('reject')],
  ] as const;
  return (
    <span className="badges">
      {labels.map(([action, label]) => {
        const offered = withdrawal.allowedActions.find((each) => each.action === action);
        if (!offered) return null;
        return (
          <Button
            key={action}
            className="button small"
            aria-label={`${label}: ${withdrawal.number}`}
            isDisabled={!offered.enabled}
            onPress={() => onDecide({ withdrawal, rejects: action === 'REJECT_WITHDRAWAL' })}
          >
            {label}
          </Button>
        );
      })}
    </span>
  );
}
