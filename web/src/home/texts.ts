import { english } from '../i18n/english';
import { enHome } from '../i18n/enHome';

Object.assign(english.texts, enHome);
