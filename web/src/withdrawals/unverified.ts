import { english } from '../i18n/english';
import { enUnverified } from '../i18n/enUnverified';

/** Loads the texts of what imports it. */
Object.assign(english.texts, enUnverified);
