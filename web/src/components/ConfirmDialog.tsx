import { type ReactNode, useEffect, useRef } from 'react';
import { Button } from 'react-aria-components/Button';
import { Dialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { BusyButton } from './BusyButton';
import { Note } from './feedback';
import { keepFocus } from './keepFocus';
import { useMeanwhile } from './Meanwhile';

interface ConfirmDialogProps {
  title: string;
  confirmLabel: string;
  closeLabel: string;
  /** For what cannot be undone: screen readers announce it at once, and a click outside does not close it. */
  alert?: boolean;
  danger?: boolean;
  /** For long forms: two columns where there is room. */
  wide?: boolean;
  busy?: boolean;
  canConfirm?: boolean;
  onConfirm: () => void;
  onClose: () => void;
  children: ReactNode;
}

/** A dialog with a button to confirm and a button to close. It says so if somebody else was faster. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, confirmLabel, closeLabel, busy = false, onConfirm, onClose, children } = props;
  const meanwhile = useMeanwhile();
  const possible = (props.canConfirm ?? true) && !meanwhile;
  useEffect(() => keepFocus, []);
  useConfirmKey(() => possible && !busy && onConfirm());
  return (
    <ModalOverlay
      className="overlay"
      isOpen
      onOpenChange={(isOpen) => isOpen || onClose()}
      isDismissable={!props.alert}
    >
      <Modal className={props.wide ? 'modal wide' : 'modal'}>
        <Dialog className="dialog" role={props.alert ? 'alertdialog' : 'dialog'}>
          <Heading slot="title">{title}</Heading>
          <div className="dialog-body">
            {children}
            {meanwhile && !busy && <Note tone="bad">{meanwhile}</Note>}
          </div>
          <div className="actions">
            <Button className="button" onPress={onClose}>
              {closeLabel}
            </Button>
            <BusyButton
              className={`button ${props.danger ? 'danger' : 'primary'}`}
              busy={busy}
              possible={possible}
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

/** Ctrl or ⌘ and Enter confirm from anywhere in a dialog; whatever has the focus does not get them as well. */
function useConfirmKey(confirm: () => void) {
  const latest = useRef(confirm);
  latest.current = confirm;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      event.stopPropagation();
      if (!event.repeat) latest.current();
    };
    document.addEventListener('keydown', press, true);
    return () => document.removeEventListener('keydown', press, true);
  }, []);
}
