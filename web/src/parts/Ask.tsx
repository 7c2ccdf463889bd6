import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import { Dialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';

interface AskProps {
  title: string;
  yes: string;
  no: string;
  open: boolean;
  /** An alert dialog asks about something that cannot be undone. */
  alert?: boolean;
  danger?: boolean;
  busy?: boolean;
  ready?: boolean;
  onYes: () => void;
  onClose: () => void;
  children: ReactNode;
}

/** A dialog with two answers. */
export function Ask(props: AskProps) {
  const { title, yes, no, open, onYes, onClose, children } = props;
  return (
    <ModalOverlay
      className="overlay"
      isOpen={open}
      onOpenChange={(isOpen) => isOpen || onClose()}
      isDismissable={!props.alert}
    >
      <Modal className="modal">
        <Dialog className="dialog" role={props.alert ? 'alertdialog' : 'dialog'}>
          <Heading slot="title">{title}</Heading>
          <div className="dialog-body">{children}</div>
          <div className="actions">
            <Button className="button" onPress={onClose}>
              {no}
            </Button>
            <Button
              className={`button ${props.danger ? 'danger' : 'primary'}`}
              isDisabled={props.busy || props.ready === false}
              onPress={onYes}
            >
              {yes}
            </Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
