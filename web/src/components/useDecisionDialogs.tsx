import type { ReactNode } from 'react';
import type { RequestFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { Meanwhile } from './Meanwhile';
import { usePageDialog } from './usePageDialog';

interface DecisionDialogProps {
  request: RequestFieldsFragment;
  onDone: () => void;
  onClose: () => void;
}

/** The dialog of each decision that somebody can take on a request. */
export type DecisionDialogs<Decision extends string> = Record<
  Decision,
  (props: DecisionDialogProps) => ReactNode
>;

/** What opens the dialogs of decisions on the requests of a page, and the place for them. */
export function useDecisionDialogs<Decision extends string>(dialogs: DecisionDialogs<Decision>) {
  const { t } = useI18n();
  const { open, dialog } = usePageDialog<{ decision: Decision; request: RequestFieldsFragment }>(
    ({ decision, request }, { onDone, onClose }) => (
      <Meanwhile requests={[request]}>
        {dialogs[decision]({
          request,
          onDone: () => onDone(t('doneWith', { number: request.number })),
          onClose,
        })}
      </Meanwhile>
    ),
  );
  const decide = (decision: Decision, request: RequestFieldsFragment) => open({ decision, request });
  return { decide, dialogs: dialog };
}
