import { english } from '../i18n/english';
import { enStore } from '../i18n/enStore';

Object.assign(english.texts, enStore);
