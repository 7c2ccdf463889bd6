import { Button } from 'react-aria-components/Button';
import type { Ticked } from '../components/decision';
import { EmailInput } from '../components/Fields';
import { TickedItems } from '../components/TickedItems';
import type { WithdrawalPreviewFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { Term } from './Term';

/** What the customer withdraws from, and where the receipt goes: if empty, to the address that is known. */
export interface Choice {
  units: Ticked;
  receiptTo: string;
}

interface ChooseProps {
  preview: WithdrawalPreviewFieldsFragment;
  choice: Choice;
  onChange: (choice: Choice) => void;
  onContinue: () => void;
}

/** The first step: units, and the address for the receipt. No reason is asked for. */
export function Choose({ preview, choice, onChange, onContinue }: ChooseProps) {
  const { t } = useI18n();
  const none = Object.keys(choice.units).length === 0;
  return (
    <form
      className="card narrow fields"
      onSubmit={(event) => {
        event.preventDefault();
        if (!none) onContinue();
      }}
    >
      <TickedItems
        title={t('withdrawUnits')}
        items={preview.items}
        ticked={choice.units}
        unitsLabel="unitsOf"
        onTick={(units) => onChange({ ...choice, units })}
      >
        {(item) => <Term item={item} />}
      </TickedItems>
      <EmailInput
        label={t('receiptAddress')}
        value={choice.receiptTo}
        onChange={(receiptTo) => onChange({ ...choice, receiptTo })}
      />
      <div className="actions start">
        <Button type="submit" className="button primary" isDisabled={none}>
          {t('continue')}
        </Button>
      </div>
    </form>
  );
}
