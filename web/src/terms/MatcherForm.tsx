import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Label } from 'react-aria-components/Label';
import { Tag, TagGroup, TagList } from 'react-aria-components/TagGroup';
import { AmountField } from '../components/AmountField';
import { CheckboxField, TextInput } from '../components/Fields';
import { SellerPicker } from '../components/SellerPicker';
import { useI18n } from '../i18n/I18n';
import { CurrencyField } from './CurrencyField';
import type { MatcherDraft } from './form';
import { BASES, useSellerNames } from './words';

const TYPED = ['markets', 'countries', 'categories', 'tags'] as const;
const ANY_PRICE = { currency: 'EUR', from: null, to: null };

interface MatcherFormProps {
  draft: MatcherDraft;
  onChange: (part: Partial<MatcherDraft>) => void;
}

/** The conditions of a rule. What is left empty may be anything. */
export function MatcherForm({ draft, onChange }: MatcherFormProps) {
  const { t, enumLabel } = useI18n();
  const sellerName = useSellerNames(draft.sellerIds);
  const { bases, price, sellerIds } = draft;
  return (
    <fieldset className="choices">
      <legend>{t('forWhich')}</legend>
      <p className="quiet">{t('exactlyThese')}</p>
      {TYPED.map((name) => (
        <TypedValues
          key={name}
          label={t(`condition_${name}`)}
          hint={name === 'countries' ? t('address_country') : undefined}
          values={draft[name]}
          onChange={(values) => onChange({ [name]: values })}
        />
      ))}
      <Values
        label={t('condition_sellers')}
        values={sellerIds}
        nameOf={sellerName}
        onChange={(ids) => onChange({ sellerIds: ids })}
      />
      <SellerPicker
        label={t('sellersToAdd')}
        addLabel={t('addValue', { name: t('condition_sellers') })}
        without={new Set(sellerIds)}
        onPick={({ id }) => onChange({ sellerIds: [...sellerIds, id] })}
      />
      <CheckboxField
        label={t('priceLimited')}
        selected={price != null}
        onChange={(limited) => onChange({ price: limited ? ANY_PRICE : null })}
      />
      {price && (
        <div className="on-behalf plain">
          {(['from', 'to'] as const).map((end) => (
            <AmountField
              key={end}
              label={t(end === 'from' ? 'priceFrom' : 'priceTo')}
              value={price[end]}
              currency={price.currency}
              onChange={(amount) => onChange({ price: { ...price, [end]: amount } })}
            />
          ))}
          <CurrencyField
            value={price.currency}
            onChange={(currency) => onChange({ price: { ...price, currency } })}
          />
        </div>
      )}
      <span className="label" id="bases">
        {t('condition_bases')}
      </span>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset within this one would be a frame within a frame */}
      <div role="group" aria-labelledby="bases">
        {BASES.map((basis) => (
          <div key={basis}>
            <CheckboxField
              label={enumLabel('basis', basis)}
              selected={bases.includes(basis)}
              onChange={(on) =>
                onChange({ bases: BASES.filter((each) => (each === basis ? on : bases.includes(each))) })
              }
            />
          </div>
        ))}
      </div>
    </fieldset>
  );
}

interface ValuesProps {
  label: string;
  values: readonly string[];
  nameOf?: (value: string) => string;
  onChange: (values: string[]) => void;
}

/** The values of a condition, each to be removed by its button or by Delete. */
function Values({ label, values, nameOf = (value) => value, onChange }: ValuesProps) {
  const { t } = useI18n();
  if (values.length === 0) return null;
  return (
    <TagGroup
      className="field"
      onRemove={(removed) => onChange(values.filter((value) => !removed.has(value)))}
    >
      <Label>{label}</Label>
      <TagList className="tags">
        {values.map((value) => (
          <Tag key={value} id={value} textValue={nameOf(value)} className="tag">
            {nameOf(value)}
            <Button slot="remove" aria-label={t('removeValue', { name: nameOf(value) })}>
              ×
            </Button>
          </Tag>
        ))}
      </TagList>
    </TagGroup>
  );
}

/** Values that are typed, one by one. What is typed counts even without Enter. */
function TypedValues({ hint, ...rest }: ValuesProps & { hint?: string | undefined }) {
  const { t } = useI18n();
  const [text, setText] = useState('');
  const { label, values, onChange } = rest;
  const add = () => {
    const value = text.trim();
    setText('');
    if (value && !values.includes(value)) onChange([...values, value]);
  };
  return (
    <div className="typed">
      <Values {...rest} />
      <TextInput
        label={values.length > 0 ? t('addValue', { name: label }) : label}
        hint={hint}
        value={text}
        onChange={setText}
        onEnter={add}
        onBlur={add}
      />
    </div>
  );
}
