import { useQuery } from 'urql';
import {
  type Basis,
  type CancellationTermsFieldsFragment,
  type RuleFieldsFragment,
  SellersDocument,
  type TermsFieldsFragment,
  type WholeTermsFragment,
} from '../gql/graphql';
import { useI18n } from '../i18n/I18n';

type Matcher = RuleFieldsFragment['matcher'];

/** What a return can be based on, the most usual first. */
export const BASES: readonly Basis[] = ['VOLUNTARY', 'STATUTORY', 'CONFORMITY'];

/** One thing that a rule asks for or says, in words. */
export interface Said {
  /** The field that it is about: two rules that differ in it say something else under the same name. */
  name: string;
  label: string;
  text: string;
}

/** What customers read of terms; the rest is about what others do. */
const FOR_CUSTOMERS = new Set([
  'exemption',
  'windows',
  'wayBack',
  'postage',
  'fees',
  'trigger',
  'decision',
  'atDeadline',
  'shipBy',
  'workingDays',
]);

/** Terms of a rule, or those of a return, which say nothing of cancellations. */
type SaidTerms = TermsFieldsFragment & Partial<Pick<WholeTermsFragment, 'cancellation'>>;
type Row = [name: string, label: string, text: string | null | undefined];

/** The names of sellers by their ids; an id whose name is not known yet stands for itself. */
export function useSellerNames(ids: readonly string[]) {
  const wanted = [...new Set(ids)].sort().slice(0, 100);
  const [{ data }] = useQuery({
    query: SellersDocument,
    variables: { filter: { ids: wanted }, first: 100 },
    pause: wanted.length === 0,
  });
  const names = new Map(data?.sellers.nodes.map(({ id, name }) => [id, name]));
  return (id: string) => names.get(id) ?? id;
}

export const sellersOf = (rules: readonly Pick<RuleFieldsFragment, 'matcher'>[]) =>
  rules.flatMap(({ matcher }) => matcher.sellerIds ?? []);

const spoken = (rows: readonly Row[]): Said[] =>
  rows.flatMap(([name, label, text]) => (text ? [{ name, label, text }] : []));

/** Matchers and terms in words. */
export function useTermsWords(sellerName: (id: string) => string = (id) => id) {
  const { t, enumLabel, money, list, language } = useI18n();
  const countries = new Intl.DisplayNames(language, { type: 'region' });
  const countryName = (code: string) => countries.of(code) ?? code;
  const days = (count: number) => t('days', { count });

  /** What an item must have; empty if it may have anything. */
  const conditions = (matcher: Matcher): Said[] => {
    const { markets, sellerIds, countries: codes, categories, tags, bases, price } = matcher;
    const range = price && [price.from && `≥ ${money(price.from)}`, price.to && `≤ ${money(price.to)}`];
    const said: [
      name: string,
      label: string,
      values: readonly (string | null | undefined)[] | null | undefined,
    ][] = [
      ['markets', t('condition_markets'), markets],
      ['sellers', t('condition_sellers'), sellerIds?.map(sellerName)],
      ['countries', t('condition_countries'), codes?.map(countryName)],
      ['categories', t('condition_categories'), categories],
      ['tags', t('condition_tags'), tags],
      ['bases', t('condition_bases'), bases?.map((basis) => enumLabel('basis', basis))],
      ['price', t('condition_price'), range],
    ];
    return said.flatMap(([name, label, values]) =>
      values ? [{ name, label, text: values.filter((value) => value != null).join(', ') }] : [],
    );
  };

  const answers = (terms: WholeTermsFragment['cancellation'] | undefined): Row[] => [
    [
      'cancellationDecision',
      t('cancellationDecision'),
      terms?.responseDays == null ? null : days(terms.responseDays),
    ],
    [
      'cancellationAtDeadline',
      t('cancellationAtDeadline'),
      terms?.atDeadline && enumLabel('cancellationAtDeadline', terms.atDeadline),
    ],
  ];
  const working = (counted: TermsFieldsFragment['workingDays']): Row => {
    const { country, subdivision, deadlines = [] } = counted ?? {};
    const place = country && [countryName(country), subdivision].filter(Boolean).join(', ');
    const which = list(deadlines.map((deadline) => enumLabel('termsDeadline', deadline)));
    return ['workingDays', t('workingDays'), place && `${place} (${which})`];
  };

  /** Until when a cancellation is decided on, and what happens then. */
  const ofCancellation = (terms: CancellationTermsFieldsFragment): Said[] =>
    spoken([...answers(terms), working(terms.workingDays)]);

  /** How a return goes; plain for customers, without what only others do. */
  const outcomes = (terms: SaidTerms, plain = false): Said[] => {
    const { exemption, windows, method, freeLabel, trigger, fees, responseDays, atDeadline, address } = terms;
    const fee = ({ name, amount, percent, bearer }: (typeof fees)[number]) => {
      const only = amount && t('feeOnlyIn', { currency: amount.currency });
      const more = plain ? '' : ` (${[enumLabel('bearer', bearer), only].filter(Boolean).join(', ')})`;
      return `${name} ${amount ? money(amount) : `${(percent ?? 0) / 100} %`}${more}`;
    };
    const window = ({ basis, days: count }: (typeof windows)[number]) =>
      basis === 'VOLUNTARY' ? days(count) : `${days(count)} (${enumLabel('basis', basis)})`;
    const own = BASES.flatMap((basis) => windows.filter((each) => each.basis === basis));
    const { graceDays: grace, transitDays: transit, inspectionDays: inspect } = terms;
    const place = address && [
      address.name,
      ...address.lines,
      [address.postalCode, address.city].filter(Boolean).join(' '),
      address.region,
      address.country,
    ];
    const rows: Row[] = [
      ['exemption', t('cannotBeReturned'), exemption && enumLabel('exemption', exemption)],
      [
        'windows',
        t('windowDays'),
        own.length ? own.map(window).join(', ') : exemption ? null : t('asPolicy'),
      ],
      ['wayBack', t('wayBack'), enumLabel('returnMethod', method)],
      ['postage', t('postage'), t(freeLabel ? 'postageFree' : 'postagePaid')],
      ['shipBy', t('shipByDays'), String(terms.shipByDays)],
      ['trigger', t('trigger'), enumLabel('refundTrigger', trigger)],
      ['fees', t('fees'), fees.length ? fees.map(fee).join('; ') : t('feesNone')],
      ['decision', t('decisionWithin'), responseDays == null ? null : days(responseDays)],
      ['atDeadline', t('atDeadline'), atDeadline && enumLabel('atDeadline', atDeadline)],
      ['deadlines', t('deadlines'), t('deadlinesSaid', { grace, transit, inspect })],
      working(terms.workingDays),
      ...answers(terms.cancellation),
      ['address', t('returnAddress'), place?.filter(Boolean).join(', ')],
    ];
    return spoken(rows.filter(([name]) => !plain || FOR_CUSTOMERS.has(name)));
  };

  /** The conditions of a rule by their names, as explanations have them. */
  const named = (failed: readonly string[]) =>
    list(failed.map((name) => t(`condition_${name}` as 'condition_markets')));

  return { conditions, outcomes, ofCancellation, named };
}
