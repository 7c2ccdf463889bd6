import { Button } from 'react-aria-components/Button';
import { Dialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { useI18n } from '../i18n/I18n';
import { signOut } from './token';

/** The session has ended while a page is open. It stays as it is until the person has signed in again in another tab. */
export default function SessionEnded() {
  const { t } = useI18n();
  return (
    <ModalOverlay className="overlay" isOpen isKeyboardDismissDisabled>
      <Modal className="modal">
        <Dialog className="dialog" role="alertdialog">
          <Heading slot="title">{t('sessionEnded')}</Heading>
          <div className="dialog-body">
            <p>{t('sessionEndedText')}</p>
          </div>
          <div className="actions">
            <Button className="button" onPress={() => signOut()}>
              {t('signOut')}
            </Button>
            <Button className="button primary" onPress={() => window.open('/', '_blank', 'noopener')}>
              {t('signInAgain')}
            </Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
