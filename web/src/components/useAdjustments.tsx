import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { useQuery } from 'urql';
import {
  AdjustableDocument,
  type AdjustableQuery,
  type AdjustmentInput,
  type AdjustmentKind,
  type Bearer,
} from '../gql/graphql';
import { ENUM_LABELS } from '../i18n/enumLabels';
import { useI18n } from '../i18n/I18n';
import { AmountField } from './AmountField';
import { amountInput } from './amountInput';
import { ANY_TEXT } from './decision';
import { TextInput } from './Fields';
import { Empty } from './feedback';
import { SelectField } from './SelectField';
import { useStoredDraft } from './useStoredDraft';

type Order = NonNullable<AdjustableQuery['order']>;

/** Which of the input's ids says what an adjustment of a kind is about: a fee is about nothing. */
const ABOUT = {
  FEE: [],
  DEDUCTION: ['orderItemId'],
  ALLOWANCE: ['orderItemId', 'sellerOrderId'],
  SHIPPING: ['sellerOrderId'],
  REVERSAL: ['reversesId'],
} as const satisfies Record<AdjustmentKind, readonly Id[]>;
type Id = 'orderItemId' | 'sellerOrderId' | 'reversesId';

/** Something that an adjustment can be about: an item, the shipping of a seller's part, what was kept before. */
interface Thing {
  id: string;
  as: Id;
  label: string;
}

interface Draft {
  key: number;
  kind: AdjustmentKind;
  thing: Thing | null;
  amount: number | null;
  reason: string;
  bearer: Bearer;
}

interface Scope {
  /** What is decided with them: what is written of them is kept under this name. */
  name: string;
  orderId: string;
  /** Only what is of this seller's part. */
  sellerId?: string;
  kinds: readonly AdjustmentKind[];
  bearers: readonly Bearer[];
  /** The request whose goods are inspected first, if they are wanted back: a deduction has to wait for that. */
  goodsOf?: string | undefined;
}

export const EVERY_BEARER = Object.keys(ENUM_LABELS.bearer) as Bearer[];

/** What a person adds to a refund or keeps from it: the rows of the form, and the rows as the API takes them. */
export function useAdjustments(scope: Scope, { begun = false } = {}) {
  const { name, orderId, sellerId, kinds, bearers, goodsOf } = scope;
  const { t } = useI18n();
  const blank = (key: number): Draft => ({
    key,
    kind: kinds[0] ?? 'ALLOWANCE',
    thing: null,
    amount: null,
    reason: '',
    bearer: bearers[0] ?? 'SELLER',
  });
  const {
    draft: drafts,
    change: setDrafts,
    discard,
  } = useStoredDraft<readonly Draft[]>(`${name}.adjustments`, begun ? [blank(1)] : []);
  const [open, setOpen] = useState(begun);
  const [{ data }] = useQuery({ query: AdjustableDocument, variables: { orderId }, pause: !open });
  const things = useThings(data?.order, sellerId);
  const currency = data?.order?.currency ?? 'EUR';
  const terms = data?.order?.requests.find(({ id }) => id === goodsOf)?.returnTerms;
  const deductsLater = terms != null && terms.method !== 'KEEP';
  const offered = kinds
    .filter((kind) => ABOUT[kind].length === 0 || thingsOf(things, kind).length > 0)
    .filter((kind) => kind !== 'DEDUCTION' || !deductsLater);
  const add = () => {
    setOpen(true);
    setDrafts([...drafts, blank((drafts.at(-1)?.key ?? 0) + 1)]);
  };
  const set = (next: Draft) => setDrafts(drafts.map((draft) => (draft.key === next.key ? next : draft)));
  const asInput = ({ kind, thing, amount, reason, bearer }: Draft): AdjustmentInput => {
    const about = thing ?? thingsOf(things, kind)[0];
    return {
      kind,
      bearer,
      reason,
      amount: amountInput(amount ?? 0, currency),
      ...(about && ABOUT[kind].length > 0 ? { [about.as]: about.id } : {}),
    };
  };
  const entered = drafts.filter(({ amount }) => amount);
  const fields = (
    <>
      {data &&
        drafts.map((draft, index) => (
          <Row
            key={draft.key}
            draft={draft}
            number={index + 1}
            kinds={offered}
            bearers={bearers}
            things={thingsOf(things, draft.kind)}
            currency={currency}
            onChange={set}
            onRemove={() => setDrafts(drafts.filter(({ key }) => key !== draft.key))}
          />
        ))}
      {data && offered.length === 0 && <Empty>{t('nothingToAdjust')}</Empty>}
      <Button className="button small" onPress={add} isDisabled={open && offered.length === 0}>
        {t('addAdjustment')}
      </Button>
    </>
  );
  return {
    fields,
    discard,
    /** All rows, as the command sends them. */
    input: drafts.length > 0 ? drafts.map(asInput) : null,
    /** The rows that have an amount: amounts do not depend on reasons. */
    forPreview:
      entered.length > 0
        ? entered.map((draft) => asInput({ ...draft, reason: draft.reason.trim() || ANY_TEXT }))
        : null,
    /** Whether a row has no amount yet. */
    incomplete: entered.length < drafts.length,
  };
}

const thingsOf = (things: readonly Thing[], kind: AdjustmentKind) =>
  things.filter(({ as }) => (ABOUT[kind] as readonly Id[]).includes(as));

/** The items, the parts with shipping, and what plans have kept. */
function useThings(order: Order | null | undefined, sellerId: string | undefined): Thing[] {
  const { t, enumLabel, money } = useI18n();
  if (!order) return [];
  const isOurs = ({ seller }: { seller: { id: string } }) => !sellerId || seller.id === sellerId;
  const parts = order.sellerOrders.filter(isOurs);
  return [
    ...parts.flatMap(({ items }) =>
      items.map(({ id, name }) => ({ id, as: 'orderItemId' as const, label: name })),
    ),
    ...parts
      .filter(({ shipping }) => Number(shipping.amount) > 0)
      .map(({ id, seller, shipping }) => ({
        id,
        as: 'sellerOrderId' as const,
        label: `${t('shippingOf', { name: seller.name })} (${money(shipping)})`,
      })),
    ...order.plans
      .filter((plan) => isOurs(plan) && plan.status !== 'VOIDED')
      .flatMap((plan) =>
        plan.adjustments
          .filter(({ amount }) => Number(amount.amount) < 0)
          .map(({ id, kind, rule, orderItem, amount }) => ({
            id,
            as: 'reversesId' as const,
            label: [
              enumLabel('adjustmentKind', kind),
              rule ?? orderItem?.name,
              t('requestNumber', { number: plan.request.number }),
              money(amount),
            ]
              .filter(Boolean)
              .join(' · '),
          })),
      ),
  ];
}

interface RowProps {
  draft: Draft;
  number: number;
  kinds: readonly AdjustmentKind[];
  bearers: readonly Bearer[];
  things: readonly Thing[];
  currency: string;
  onChange: (draft: Draft) => void;
  onRemove: () => void;
}

/** One adjustment: what it is, what about, how much, why, and who bears it. */
function Row({ draft, number, kinds, bearers, things, currency, onChange, onRemove }: RowProps) {
  const { t, enumLabel } = useI18n();
  return (
    <fieldset className="on-behalf">
      <legend>{t('adjustmentNumber', { number })}</legend>
      <SelectField
        label={t('adjustmentKind')}
        options={kinds.map((id) => ({ id, label: enumLabel('adjustmentKind', id) }))}
        value={draft.kind}
        onChange={(kind) => onChange({ ...draft, kind, thing: null })}
      />
      {things.length > 0 && (
        <SelectField
          label={t('adjustmentAbout')}
          options={things}
          value={(draft.thing ?? things[0])?.id ?? ''}
          onChange={(id) => onChange({ ...draft, thing: things.find((thing) => thing.id === id) ?? null })}
        />
      )}
      <AmountField
        label={t('amount')}
        value={draft.amount}
        currency={currency}
        onChange={(amount) => onChange({ ...draft, amount })}
      />
      <TextInput
        label={t('rejectReason')}
        hint={t('rejectReasonHint')}
        value={draft.reason}
        onChange={(reason) => onChange({ ...draft, reason })}
      />
      {bearers.length > 1 && (
        <SelectField
          label={t('bearer')}
          options={bearers.map((id) => ({ id, label: enumLabel('bearer', id) }))}
          value={draft.bearer}
          onChange={(bearer) => onChange({ ...draft, bearer })}
        />
      )}
      <Button className="button small" onPress={onRemove}>
        {t('remove')}
      </Button>
    </fieldset>
  );
}
