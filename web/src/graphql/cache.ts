import { cacheExchange, type Data } from '@urql/exchange-graphcache';

const embedded = () => null;
const byCursor = (event: Data) => (event.cursor as string | undefined) ?? null;
const EMBEDDED_TYPES = [
  'Actor',
  'Address',
  'AllowedAction',
  'Blocker',
  'BrokenDeadlines',
  'CancellationTerms',
  'Eligibility',
  'MessagePreview',
  'MessageVariable',
  'Money',
  'OrderTotals',
  'OrderUpdate',
  'PackageAdvice',
  'PageInfo',
  'PlanAdjustment',
  'PlanLine',
  'PlanUpdate',
  'PolicyText',
  'Preview',
  'PreviewPlan',
  'ProductFigure',
  'ReasonFigure',
  'ReasonLabel',
  'RefundAttempt',
  'Rejection',
  'RequestItem',
  'RequestUpdate',
  'ReturnDay',
  'ReturnFee',
  'ReturnFigures',
  'ReturnGrade',
  'ReturnLine',
  'ReturnSettings',
  'ReturnStats',
  'ReturnTerms',
  'ReturnWindow',
  'SellerFigure',
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
  'TimeBucket',
  'TimesTaken',
  'Viewer',
  'WaitingMoney',
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
