import { useEffect, useState } from 'react';

const GOES_ON = 600_000; // ms

/**
 * The last so many days of the market, today's among them, and now. Both go on while the page is open.
 * The viewer's zone stands for the market's until an answer names it.
 */
export function usePeriod(days: number) {
  const [now, setNow] = useState(() => new Date());
  const [zone, setZone] = useState<string | null>();
  useEffect(() => {
    const timer = setInterval(() => document.hidden || setNow(new Date()), GOES_ON);
    return () => clearInterval(timer);
  }, []);
  return {
    filter: lastDays(days, now, zone),
    now: now.toISOString(),
    follow: (named: string | null) => {
      if (named !== zone) setZone(named);
    },
  };
}

/** Days of the calendar, as the API writes them. */
function lastDays(days: number, now: Date, zone?: string | null) {
  const to = new Intl.DateTimeFormat('sv-SE', { timeZone: zone ?? undefined }).format(now);
  const from = new Date(to); // midnight in UTC, where every day has 24 hours
  from.setUTCDate(from.getUTCDate() + 1 - days);
  return { from: from.toISOString().slice(0, to.length), to };
}
