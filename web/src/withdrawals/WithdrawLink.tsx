import { Link, useMatch } from 'react-router';
import { useI18n } from '../i18n/I18n';

/** Where a withdrawal from a contract begins; with the id of an order behind it, of that order. */
export const WITHDRAW = '/store/withdraw';

/** The way to the right of withdrawal, on each page of the shop; from an order's page, to that order. */
export function WithdrawLink() {
  const { t } = useI18n();
  const order = useMatch('/store/orders/:id')?.params.id;
  return <Link to={order ? `${WITHDRAW}/${order}` : WITHDRAW}>{t('withdrawHere')}</Link>;
}
