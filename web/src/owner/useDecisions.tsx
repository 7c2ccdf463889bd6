import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from 'react';
import { Note } from '../components/feedback';
import { RejectRequestDocument, type RequestFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import type { Decision } from './RequestActions';

const ConfirmRequestDialog = lazy(() => import('../components/ConfirmRequestDialog'));
const ApplyRequestDialog = lazy(() => import('./ApplyRequestDialog'));
const RejectDialog = lazy(() => import('../components/RejectDialog'));
const ConvertDialog = lazy(() => import('../components/ConvertDialog'));

interface Decisions {
  decide: (decision: Decision, request: RequestFieldsFragment) => void;
  /** The open dialog, and that a decision was carried out. */
  dialogs: ReactNode;
}

/**
 * The dialogs of the owner's decisions on requests. They belong to the page and not to a request on it: a list that
 * changes meanwhile leaves them open. Afterwards the focus is on the message that it is done.
 */
export function useDecisions(): Decisions {
  const { t } = useI18n();
  const [open, setOpen] = useState<{ decision: Decision; request: RequestFieldsFragment } | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const message = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (done && !open) message.current?.focus(); // only after the dialog has closed, which holds the focus
  }, [done, open]);
  const decide = (decision: Decision, request: RequestFieldsFragment) => {
    setDone(null);
    setOpen({ decision, request });
  };
  const dialogs = (
    <>
      <div ref={message} tabIndex={-1}>
        {done && <Note tone="good">{done}</Note>}
      </div>
      <Suspense>
        {open && (
          <DecisionDialog
            {...open}
            onDone={() => setDone(t('doneWith', { number: open.request.number }))}
            onClose={() => setOpen(null)}
          />
        )}
      </Suspense>
    </>
  );
  return { decide, dialogs };
}

interface DecisionDialogProps {
  decision: Decision;
  request: RequestFieldsFragment;
  onDone: () => void;
  onClose: () => void;
}

function DecisionDialog({ decision, ...rest }: DecisionDialogProps) {
  switch (decision) {
    case 'confirm':
      return <ConfirmRequestDialog {...rest} onBehalf />;
    case 'apply':
      return <ApplyRequestDialog {...rest} />;
    case 'reject':
      return <RejectDialog {...rest} document={RejectRequestDocument} />;
    case 'convert':
      return <ConvertDialog {...rest} />;
  }
}
