import { Badge, Day, Money } from '../components/display';
import { Escalated, Kind } from '../components/RequestSummary';
import type {
  RequestFieldsFragment,
  RequestFilter,
  RequestOrder,
  RequestStatus,
  TransactionType,
  WaitingOn,
} from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { Due } from './Due';
import type { Column, Description, FilterField } from './description';
import { createdFilters, deadline } from './moments';

type Request = RequestFieldsFragment;

/** The columns of a list of requests that need no more than the request. */
export const requestColumns = {
  created: { id: 'created', cell: ({ createdAt }) => <Day at={createdAt} /> },
  customer: { id: 'customer', cell: ({ customer }) => customer.name },
  seller: { id: 'seller', cell: ({ seller }) => seller.name },
  products: { id: 'products', cell: (request) => <Products request={request} /> },
  transaction: {
    id: 'transaction',
    cell: (request) => (
      <span className="badges">
        <Kind request={request} />
      </span>
    ),
  },
  status: { id: 'status', cell: (request) => <Status request={request} /> },
  due: { id: 'due', cell: (request) => <Waiting request={request} /> },
  amount: {
    id: 'amount',
    number: true,
    cell: ({ plan }) => (plan ? <Money of={plan.total} /> : '–'),
  },
} as const satisfies Partial<Record<Column<Request>['id'], Column<Request>>>;

function Products({ request }: { request: Request }) {
  return (
    <span className="products">
      {request.items.map(({ quantity, orderItem, reasonLabel }) => (
        <span key={orderItem.id}>
          {quantity} × {orderItem.name} <span className="quiet">{reasonLabel}</span>
        </span>
      ))}
    </span>
  );
}

function Status({ request }: { request: Request }) {
  return (
    <span className="badges">
      <Badge kind="requestStatus" value={request.status} waitingOn={request.waitingOn} />
      <Escalated request={request} />
      {request.plan?.refundState === 'NEEDS_ATTENTION' && (
        <Badge kind="refundState" value="NEEDS_ATTENTION" />
      )}
    </span>
  );
}

function Waiting({ request: { waitingOn, dueAt } }: { request: Request }) {
  const { enumLabel } = useI18n();
  if (waitingOn === 'NONE') return '–';
  return (
    <span>
      {enumLabel('waitingOn', waitingOn)}
      {dueAt && (
        <span className="due quiet">
          <Due at={dueAt} />
        </span>
      )}
    </span>
  );
}

const ANYBODY: WaitingOn[] = ['OWNER', 'SELLER', 'CUSTOMER', 'SYSTEM'];

/** The filters of both seats. */
export const requestFilters: readonly FilterField<RequestFilter>[] = [
  { name: 'status', by: 'requestStatus', filter: (value) => ({ status: [value as RequestStatus] }) },
  {
    name: 'transaction',
    by: 'requestTransaction',
    filter: (value) => ({ transaction: value as TransactionType }),
  },
  {
    name: 'due',
    by: 'deadline',
    filter: (value) => ({ dueBefore: deadline(value), waitingOn: ANYBODY }),
  },
  ...createdFilters,
];

/** What the lists of requests of both seats have in common. */
export const requestList = {
  nameOf: ({ number }) => number,
  stampOf: ({ version }) => version,
  search: (text) => ({ search: text }),
  orders: [
    'DUE_AT_ASC',
    'DUE_AT_DESC',
    'CREATED_AT_DESC',
    'CREATED_AT_ASC',
    'UPDATED_AT_DESC',
    'UPDATED_AT_ASC',
  ],
} as const satisfies Pick<
  Description<Request, RequestFilter, RequestOrder>,
  'nameOf' | 'stampOf' | 'search' | 'orders'
>;
