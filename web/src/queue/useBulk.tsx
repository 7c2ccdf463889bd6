import { lazy } from 'react';
import { Button } from 'react-aria-components/Button';
import { usePageDialog } from '../components/usePageDialog';
import type { Action, RequestFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';

const BulkDialog = lazy(() => import('./BulkDialog'));

type Request = RequestFieldsFragment;
type Select = (ids: readonly string[]) => void;

const ACTIONS = {
  confirm: 'CONFIRM_REQUEST',
  apply: 'APPLY_CANCELLATION',
  reject: 'REJECT_REQUEST',
} as const satisfies Record<string, Action>;

/** A decision on several requests at once. */
export type BulkAction = keyof typeof ACTIONS;

const DECISIONS = Object.keys(ACTIONS) as BulkAction[];

interface Opened {
  action: BulkAction;
  requests: readonly Request[];
  select: Select;
}

/** The buttons for several requests, each with the number of those it is possible for, and the place of their dialogs. */
export function useBulk({ onBehalf = false }: { onBehalf?: boolean } = {}) {
  const { open, dialog } = usePageDialog<Opened>(({ action, requests, select }, ends) => (
    <BulkDialog action={action} requests={requests} onBehalf={onBehalf} onRefused={select} {...ends} />
  ));
  const buttons = (requests: readonly Request[], select: Select) => (
    <BulkButtons
      requests={requests}
      onPress={(action, chosen) => open({ action, requests: chosen, select })}
    />
  );
  return { buttons, dialog };
}

interface BulkButtonsProps {
  requests: readonly Request[];
  onPress: (action: BulkAction, requests: readonly Request[]) => void;
}

function BulkButtons({ requests, onPress }: BulkButtonsProps) {
  const { t, count } = useI18n();
  const offered = DECISIONS.map((action) => ({
    action,
    possible: requests.filter(({ allowedActions }) =>
      allowedActions.some((allowed) => allowed.action === ACTIONS[action] && allowed.enabled),
    ),
  })).filter(({ possible }) => possible.length > 0);
  if (offered.length === 0) return <span className="quiet">{t('bulkNothing')}</span>;
  return (
    <span className="actions start">
      {offered.map(({ action, possible }) => (
        <Button key={action} className="button small" onPress={() => onPress(action, possible)}>
          {t(`bulk_${action}`, { count: count(possible.length) })}
        </Button>
      ))}
    </span>
  );
}
