import { lazy } from 'react';
import { Button } from 'react-aria-components/Button';
import { usePageDialog } from '../components/usePageDialog';
import type { PauseFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { May } from '../session/May';
import { usePause } from './Pause';

const PauseDialog = lazy(() => import('./PauseDialog'));

/** Stops the sending of refunds, or lets them be sent again. */
export function PauseButton() {
  const { t } = useI18n();
  const { pause, known, look } = usePause();
  const { open, dialog } = usePageDialog<{ pause: PauseFieldsFragment | null }>(
    (subject, { onDone, onClose }) => (
      <PauseDialog
        pause={subject.pause}
        onDone={() => {
          look();
          onDone(t(subject.pause ? 'refundsResumed' : 'refundsPausedNow'));
        }}
        onClose={onClose}
      />
    ),
  );
  return (
    <>
      {known && (
        <May action={pause ? 'RESUME_REFUNDS' : 'PAUSE_REFUNDS'}>
          <Button className="button" onPress={() => open({ pause })}>
            {t(pause ? 'resumeRefunds' : 'pauseRefunds')}
          </Button>
        </May>
      )}
      {dialog}
    </>
  );
}
