/** An amount as the API takes it: the digits that the currency has. */
export function amountInput(amount: number, currency: string): string {
  const { maximumFractionDigits } = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
  }).resolvedOptions();
  return amount.toFixed(maximumFractionDigits ?? 2);
}
