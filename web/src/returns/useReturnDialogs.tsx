import './texts';
import { lazy, type ReactNode } from 'react';
import { usePageDialog } from '../components/usePageDialog';
import type { HandledLabelFieldsFragment, ReturnFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import type { Task } from './ReturnActions';

const ReceiveDialog = lazy(() => import('./ReceiveDialog'));
const InspectDialog = lazy(() => import('./InspectDialog'));
const WaiveDialog = lazy(() => import('./WaiveDialog'));
const LoseDialog = lazy(() => import('./LoseDialog'));
const ProofDialog = lazy(() => import('./ProofDialog'));
const AddLabelDialog = lazy(() => import('./AddLabelDialog'));
const LabelDialog = lazy(() => import('./LabelDialog'));
const UnannouncedDialog = lazy(() => import('./UnannouncedDialog'));

export interface ReturnDialogProps {
  shipment: ReturnFieldsFragment;
  /** The label, if it is about one. */
  label?: HandledLabelFieldsFragment | undefined;
  onDone: (message?: string) => void;
  onClose: () => void;
}

const DIALOGS: Record<Task, (props: ReturnDialogProps) => ReactNode> = {
  receive: (props) => <ReceiveDialog {...props} />,
  inspect: (props) => <InspectDialog {...props} />,
  waive: (props) => <WaiveDialog {...props} />,
  lose: (props) => <LoseDialog {...props} />,
  proof: (props) => <ProofDialog {...props} />,
  addLabel: (props) => <AddLabelDialog {...props} />,
  retryLabel: ({ label, ...props }) => label && <LabelDialog task="retryLabel" label={label} {...props} />,
  voidLabel: ({ label, ...props }) => label && <LabelDialog task="voidLabel" label={label} {...props} />,
  late: ({ shipment, ...ends }) => (
    <UnannouncedDialog orderNumber={shipment.order.number} expired={shipment} {...ends} />
  ),
};

interface Opened {
  task: Task | 'unannounced';
  shipment: ReturnFieldsFragment | null;
  label?: HandledLabelFieldsFragment | undefined;
  orderNumber: string;
}

/** What opens the dialogs about return shipments on a page, and the place for them. */
export function useReturnDialogs() {
  const { t } = useI18n();
  const { open, dialog } = usePageDialog<Opened>(
    ({ task, shipment, label, orderNumber }, { onDone, onClose }) => {
      if (task === 'unannounced' || !shipment) {
        const done = (message?: string) => onDone(message ?? t('done'));
        return <UnannouncedDialog orderNumber={orderNumber} onDone={done} onClose={onClose} />;
      }
      const done = (message?: string) => onDone(message ?? t('returnDone', { number: shipment.number }));
      return DIALOGS[task]({ shipment, label, onDone: done, onClose });
    },
  );
  return {
    dialogs: dialog,
    onTask: (task: Task, shipment: ReturnFieldsFragment, label?: HandledLabelFieldsFragment) =>
      open({ task, shipment, label, orderNumber: '' }),
    /** Goods have arrived that nobody expects, of this order if it is known. */
    openUnannounced: (orderNumber = '') => open({ task: 'unannounced', shipment: null, orderNumber }),
  };
}
