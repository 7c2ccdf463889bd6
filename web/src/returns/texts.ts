import { english } from '../i18n/english';
import { enReturns } from '../i18n/enReturns';

Object.assign(english.texts, enReturns);
