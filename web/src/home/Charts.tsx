import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import { type ReactNode, useId } from 'react';
import { useI18n } from '../i18n/I18n';

const WIDTH = 600;
const HEIGHT = 160;

export interface Series {
  name: string;
  values: readonly number[];
  /** Each value in words. */
  texts: readonly string[];
}

/** Lines over days, which are named as people read them, with a text of what they show, and the table behind them. */
export function Lines({ title, days, series }: { title: string; days: readonly string[]; series: Series[] }) {
  const { t } = useI18n();
  const most = Math.max(1, ...series.flatMap(({ values }) => values));
  const x = scaleLinear([0, Math.max(1, days.length - 1)], [0, WIDTH]);
  const y = scaleLinear([0, most], [HEIGHT - 2, 2]);
  const path = line<number>(
    (_, n) => x(n),
    (value) => y(value),
  );
  const highest = series.find(({ values }) => values.includes(most));
  const top = highest?.texts[highest.values.indexOf(most)] ?? '';
  const [first = '', last = ''] = [days[0], days.at(-1)];
  const best = series.map(({ name, values, texts }) => {
    const at = values.indexOf(Math.max(...values));
    return t('chartMost', { name, value: texts[at] ?? '', day: days[at] ?? '' });
  });
  return (
    <Chart title={title}>
      {top && <p className="axis quiet">{t('axisTop', { value: top })}</p>}
      <svg
        className="lines"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={[title, ...best].join('. ')}
      >
        {y.ticks(4).map((tick) => (
          <path key={tick} className="tick-line" d={`M0 ${y(tick)}H${WIDTH}`} />
        ))}
        {series.map(({ name, values }) => (
          <path key={name} className="series" d={path(values) ?? ''} />
        ))}
      </svg>
      <p className="axis quiet">
        <span>{first}</span>
        <span>{last}</span>
      </p>
      {series.length > 1 && (
        <ul className="legend">
          {series.map(({ name }) => (
            <li key={name}>{name}</li>
          ))}
        </ul>
      )}
      <details>
        <summary>{t('asTable')}</summary>
        <table className="bars">
          <thead>
            <tr>
              <th scope="col">{t('dayColumn')}</th>
              {series.map(({ name }) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {days.map((each, n) => (
              <tr key={each}>
                <th scope="row">{each}</th>
                {series.map(({ name, texts }) => (
                  <td key={name}>{texts[n]}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </Chart>
  );
}

export interface Bar {
  key: string;
  name: ReactNode;
  value: number;
  text: string;
}

/** Bars of a list, beside what they show: they are the last column of its table. */
export function Bars({ title, heading, bars }: { title: string; heading: [string, string]; bars: Bar[] }) {
  const { t } = useI18n();
  const width = scaleLinear([0, Math.max(1, ...bars.map(({ value }) => value))], [0, 100]);
  return (
    <Chart title={title}>
      {bars.length === 0 && <p className="quiet">{t('nothingCounted')}</p>}
      {bars.length > 0 && (
        <table className="bars">
          <thead className="unseen">
            <tr>
              {heading.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {bars.map(({ key, name, value, text }) => (
              <tr key={key}>
                <th scope="row">{name}</th>
                <td>
                  {text}
                  <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
                    <rect width={width(value)} height="6" />
                  </svg>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Chart>
  );
}

function Chart({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <figure className="card chart" aria-labelledby={id}>
      <figcaption>
        <h3 id={id}>{title}</h3>
      </figcaption>
      {children}
    </figure>
  );
}
