import { amountInput } from '../components/amountInput';
import type {
  AtDeadline,
  Basis,
  Bearer,
  Exemption,
  RefundTrigger,
  ReturnMethod,
  ReturnTermsInput,
  RuleFieldsFragment,
  TermsDeadline,
  TermsMatcherInput,
  TermsRuleInput,
  WholeTermsFragment,
} from '../gql/graphql';
import { BASES } from './words';

/** A fee as it is entered: a share in percent, or an amount. */
export interface FeeDraft {
  key: number;
  name: string;
  share: boolean;
  value: number | null;
  currency: string;
  bearer: Bearer;
}

/** Until when something is decided, and what happens then, as it is entered. */
export interface AnswerDraft {
  responseDays: number | null;
  atDeadline: AtDeadline | '';
}

/** Terms as they are entered. What is null or empty is left to the return policy and to the marketplace's settings. */
export interface TermsDraft extends AnswerDraft {
  trigger: RefundTrigger;
  method: ReturnMethod;
  shipByDays: number;
  graceDays: number;
  transitDays: number;
  inspectionDays: number;
  windows: Readonly<Record<Basis, number | null>>;
  exemption: Exemption | '';
  freeLabel: boolean;
  cancellation: AnswerDraft;
  /** Without any text and deadline, all days count. */
  workingDays: { country: string; subdivision: string; deadlines: readonly TermsDeadline[] };
  fees: FeeDraft[];
  address: { name: string; lines: string; postalCode: string; city: string; region: string; country: string };
}

const NOWHERE = { name: '', lines: '', postalCode: '', city: '', region: '', country: '' };
const NO_ANSWER = { responseDays: null, atDeadline: '' } as const;
const ALL_DAYS = { country: '', subdivision: '', deadlines: [] };
const NO_WINDOWS = { VOLUNTARY: null, STATUTORY: null, CONFORMITY: null };
const NEW: TermsDraft = {
  trigger: 'ON_INSPECTION',
  method: 'MAIL',
  shipByDays: 14,
  graceDays: 3,
  transitDays: 21,
  inspectionDays: 7,
  windows: NO_WINDOWS,
  exemption: '',
  freeLabel: true,
  ...NO_ANSWER,
  cancellation: NO_ANSWER,
  workingDays: ALL_DAYS,
  fees: [],
  address: NOWHERE,
};

/** Terms as they are now, or those that a new form begins with. */
export function termsDraftOf(terms: WholeTermsFragment | null | undefined): TermsDraft {
  if (!terms) return NEW;
  const {
    fees,
    address,
    windows,
    exemption,
    cancellation,
    workingDays,
    version: _,
    rule: __,
    ...same
  } = terms;
  return {
    ...same,
    windows: { ...NO_WINDOWS, ...Object.fromEntries(windows.map(({ basis, days }) => [basis, days])) },
    exemption: exemption ?? '',
    ...answerDraftOf(terms),
    cancellation: answerDraftOf(cancellation),
    workingDays: workingDays
      ? {
          country: workingDays.country,
          subdivision: workingDays.subdivision ?? '',
          deadlines: workingDays.deadlines,
        }
      : ALL_DAYS,
    fees: fees.map((fee, key) => ({
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
          region: address.region ?? '',
          country: address.country,
        }
      : NOWHERE,
  };
}

const answerDraftOf = (
  said: Pick<WholeTermsFragment, 'responseDays' | 'atDeadline'> | null | undefined,
): AnswerDraft => ({ responseDays: said?.responseDays ?? null, atDeadline: said?.atDeadline ?? '' });

const answerInput = ({ responseDays, atDeadline }: AnswerDraft) => ({
  responseDays,
  atDeadline: atDeadline || null,
});

/** Terms as the API takes them, with every field that it has. The server says what is missing. */
export function termsInput({
  fees,
  address,
  windows,
  exemption,
  responseDays,
  atDeadline,
  cancellation,
  workingDays,
  ...same
}: TermsDraft): Required<ReturnTermsInput> {
  const own = BASES.flatMap((basis) => (windows[basis] == null ? [] : [{ basis, days: windows[basis] }]));
  const known = Object.values(address).some((text) => text.trim());
  const [country, subdivision] = [workingDays.country.trim(), workingDays.subdivision.trim()];
  return {
    ...same,
    windows: own.length ? own : null,
    exemption: exemption || null,
    ...answerInput({ responseDays, atDeadline }),
    cancellation:
      cancellation.responseDays != null || cancellation.atDeadline ? answerInput(cancellation) : null,
    workingDays:
      country || subdivision || workingDays.deadlines.length
        ? { country, subdivision: subdivision || null, deadlines: [...workingDays.deadlines] }
        : null,
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
          name: address.name,
          lines: address.lines.split('\n').filter((line) => line.trim()),
          country: address.country.trim().toUpperCase(),
          postalCode: address.postalCode.trim() || null,
          city: address.city.trim() || null,
          region: address.region.trim() || null,
        }
      : null,
  };
}

/** The conditions that name values. */
export const NAMING = ['markets', 'countries', 'categories', 'tags', 'sellerIds'] as const;

/** A matcher as it is entered: a condition without a value asks nothing. */
export interface MatcherDraft extends Readonly<Record<(typeof NAMING)[number], readonly string[]>> {
  bases: readonly Basis[];
  /** Null if any price will do. */
  price: { currency: string; from: number | null; to: number | null } | null;
}

export function matcherDraftOf(matcher: RuleFieldsFragment['matcher'] | undefined): MatcherDraft {
  const { price } = matcher ?? {};
  const amount = (money: { amount: string } | null | undefined) => (money ? Number(money.amount) : null);
  return {
    markets: matcher?.markets ?? [],
    countries: matcher?.countries ?? [],
    categories: matcher?.categories ?? [],
    tags: matcher?.tags ?? [],
    sellerIds: matcher?.sellerIds ?? [],
    bases: matcher?.bases ?? [],
    price: price ? { currency: price.currency, from: amount(price.from), to: amount(price.to) } : null,
  };
}

export function matcherInput({ price, bases, ...named }: MatcherDraft): TermsMatcherInput {
  const asked = NAMING.flatMap((name) => (named[name].length ? [[name, [...named[name]]]] : []));
  const amount = (value: number | null) =>
    price && value != null ? amountInput(value, price.currency) : null;
  return {
    ...Object.fromEntries(asked),
    bases: bases.length ? [...bases] : null,
    price: price && { currency: price.currency, from: amount(price.from), to: amount(price.to) },
  };
}

/** A rule as it stands, to be sent again with the others of its version. */
export const ruleInput = ({ name, matcher, terms }: RuleFieldsFragment): TermsRuleInput => ({
  name,
  matcher: matcherInput(matcherDraftOf(matcher)),
  terms: termsInput(termsDraftOf(terms)),
});

/** Whether a rule asks for nothing, so that no later one decides. */
export const isForAll = ({ matcher }: RuleFieldsFragment) => {
  const { price, bases, ...named } = matcherDraftOf(matcher);
  return !price && bases.length === 0 && NAMING.every((name) => named[name].length === 0);
};
