/** A day of the calendar as the API writes it, so many days from today. */
function day(ahead: number): string {
  const at = new Date();
  at.setDate(at.getDate() + ahead);
  return new Intl.DateTimeFormat('sv-SE').format(at);
}

/** The last so many days, today's among them. */
export const lastDays = (days: number) => ({ from: day(1 - days), to: day(0) });
