import { enDesk } from '../i18n/enDesk';
import { english } from '../i18n/english';

/** What the dialogs of the desk say comes with the first that is opened. In German it is there with all the rest. */
export const loadDialogTexts = () => void Object.assign(english.texts, enDesk);
