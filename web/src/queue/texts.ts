import { english } from '../i18n/english';
import { enQueue } from '../i18n/enQueue';

/** What the lists say comes with them. In German it is there with all the rest. */
export const loadTexts = () => void Object.assign(english.texts, enQueue);
