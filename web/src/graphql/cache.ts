import { cacheExchange, type Data } from '@urql/exchange-graphcache';

const embedded = () => null;
const byCursor = (event: Data) => (event.cursor as string | undefined) ?? null;
const EMBEDDED_TYPES = [
  'Actor',
  'Address',
  'AllowedAction',
  'Blocker',
  'CancellationTerms',
  'ChangedValue',
  'Eligibility',
  'GatewayState',
  'MessagePreview',
  'MessageVariable',
  'Money',
  'OrderTotals',
  'OrderUpdate',
  'OwnerEvent',
  'PackageAdvice',
  'PageInfo',
  'PlanAdjustment',
  'PlanLine',
  'PlanUpdate',
  'PolicyText',
  'Preview',
  'PreviewPlan',
  'ReasonLabel',
  'RefundAttempt',
  'Rejection',
  'RequestItem',
  'RequestUpdate',
  'ReturnFee',
  'ReturnGrade',
  'ReturnLine',
  'ReturnSettings',
  'ReturnTerms',
  'ReturnWindow',
  'Tender',
  'TermsDiff',
  'TermsDifference',
  'TermsExplanation',
  'TermsFinding',
  'TermsMatcher',
  'TermsPassedOver',
  'TermsPrice',
  'TermsRule',
  'TermsRuleChange',
  'TermsSimulation',
  'TransitionRule',
  'Viewer',
  'WithdrawalItem',
  'WithdrawalPreview',
  'WithdrawalPreviewItem',
  'WithdrawalUpdate',
  'WorkingDays',
];

/** Stores each object once, by its id. Types without an id are stored inside their parent. */
export const cache = () =>
  cacheExchange({
    keys: {
      ...Object.fromEntries(EMBEDDED_TYPES.map((name) => [name, embedded])),
      Event: byCursor,
      MessagePreferences: () => 'own', // there are no others for this client
      MessageTemplate: (template) => (template.id as string | null) ?? null, // null: one of Retour's own
      ...Object.fromEntries(
        [
          'Order',
          'CancellationRequest',
          'CancellationPlan',
          'Message',
          'ReturnShipment',
          'Seller',
          'TermsVersion',
          'Withdrawal',
        ].flatMap((name) => [
          [`${name}Connection`, embedded],
          [`${name}Edge`, embedded],
        ]),
      ),
    },
  });
