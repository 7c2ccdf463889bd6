import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import { Dialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { BusyButton } from './BusyButton';

interface ConfirmDialogProps {
  title: string;
  confirmLabel: string;
  closeLabel: string;
  /** For what cannot be undone: screen readers announce it at once, and a click outside does not close it. */
  alert?: boolean;
  danger?: boolean;
  busy?: boolean;
  canConfirm?: boolean;
  onConfirm: () => void;
  onClose: () => void;
  children: ReactNode;
}

/** A dialog with a button to confirm and a button to close. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, confirmLabel, closeLabel, onConfirm, onClose, children } = props;
  return (
    <ModalOverlay
      className="overlay"
      isOpen
      onOpenChange={(isOpen) => isOpen || onClose()}
      isDismissable={!props.alert}
    >
      <Modal className="modal">
        <Dialog className="dialog" role={props.alert ? 'alertdialog' : 'dialog'}>
          <Heading slot="title">{title}</Heading>
          <div className="dialog-body">{children}</div>
          <div className="actions">
            <Button className="button" onPress={onClose}>
              {closeLabel}
            </Button>
            <BusyButton
              className={`button ${props.danger ? 'danger' : 'primary'}`}
              busy={props.busy ?? false}
              possible={props.canConfirm ?? true}
              onPress={onConfirm}
            >
              {confirmLabel}
            </BusyButton>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
