import { amountInput } from '../components/AmountField';
import type { Bearer, ReturnMethod, ReturnSettingsFieldsFragment, ReturnTermsInput } from '../gql/graphql';

/** A fee as it is entered: a share in percent, or an amount. */
export interface FeeDraft {
  key: number;
  name: string;
  share: boolean;
  value: number | null;
  currency: string;
  bearer: Bearer;
}

export interface SettingsDraft {
  trigger: ReturnTermsInput['trigger'];
  method: ReturnMethod;
  shipByDays: number;
  graceDays: number;
  transitDays: number;
  inspectionDays: number;
  fees: FeeDraft[];
  address: { name: string; lines: string; postalCode: string; city: string; country: string };
  /** What the card does not show, which stays as it is. */
  rest: Pick<ReturnTermsInput, 'windows' | 'exemption' | 'freeLabel' | 'responseDays' | 'atDeadline'>;
}

const NOWHERE = { name: '', lines: '', postalCode: '', city: '', country: '' };

/** The settings as they are now, or those that a new card begins with. */
export function draftOf(settings: ReturnSettingsFieldsFragment | null): SettingsDraft {
  if (!settings) {
    return {
      trigger: 'ON_INSPECTION',
      method: 'MAIL',
      shipByDays: 14,
      graceDays: 3,
      transitDays: 21,
      inspectionDays: 7,
      fees: [],
      address: NOWHERE,
      rest: {},
    };
  }
  const { trigger, method, shipByDays, graceDays, transitDays, inspectionDays, address } = settings;
  const { windows, exemption, freeLabel, responseDays, atDeadline } = settings.terms;
  return {
    trigger,
    method,
    shipByDays,
    graceDays,
    transitDays,
    inspectionDays,
    fees: settings.fees.map((fee, key) => ({
      key,
      name: fee.name,
      share: fee.amount == null,
      value: fee.amount ? Number(fee.amount.amount) : (fee.percent ?? 0) / 100,
      currency: fee.amount?.currency ?? 'EUR',
      bearer: fee.bearer,
    })),
    address: address
      ? {
          name: address.name,
          lines: address.lines.join('\n'),
          postalCode: address.postalCode ?? '',
          city: address.city ?? '',
          country: address.country,
        }
      : NOWHERE,
    rest: {
      windows: windows.length ? windows.map(({ basis, days }) => ({ basis, days })) : null,
      exemption,
      freeLabel,
      responseDays,
      atDeadline,
    },
  };
}

/** The draft as the API takes it. The server says what is missing. */
export function termsInput({ fees, address, rest, ...shown }: SettingsDraft): ReturnTermsInput {
  const { name, lines, postalCode, city, country } = address;
  const known = [name, lines, postalCode, city, country].some((text) => text.trim());
  return {
    ...rest,
    ...shown,
    fees: fees.length
      ? fees.map((fee) => ({
          name: fee.name,
          bearer: fee.bearer,
          ...(fee.share
            ? { percent: Math.round((fee.value ?? 0) * 100) }
            : { amount: amountInput(fee.value ?? 0, fee.currency), currency: fee.currency }),
        }))
      : null,
    address: known
      ? {
          name,
          lines: lines.split('\n').filter((line) => line.trim()),
          country: country.trim().toUpperCase(),
          postalCode: postalCode.trim() || null,
          city: city.trim() || null,
        }
      : null,
  };
}
