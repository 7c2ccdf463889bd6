import { enAdministration } from '../i18n/enAdministration';
import { english } from '../i18n/english';

Object.assign(english.texts, enAdministration);
