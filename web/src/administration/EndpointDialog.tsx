import { useState } from 'react';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { CheckboxField, TextInput } from '../components/Fields';
import { CommandError } from '../components/feedback';
import { useCommand } from '../components/useCommand';
import {
  type Action,
  CreateWebhookEndpointDocument,
  type EndpointFieldsFragment,
  UpdateWebhookEndpointDocument,
} from '../gql/administration';
import { ENUM_LABELS } from '../i18n/enumLabels';
import { useI18n } from '../i18n/I18n';
import { ActionTicks } from './ActionTicks';

const ACTIONS = Object.keys(ENUM_LABELS.action) as Action[];

interface EndpointDialogProps {
  /** The endpoint that is changed; null for a new one. */
  endpoint: EndpointFieldsFragment | null;
  /** Called with the secret of a new one. */
  onDone: (secret: string | null) => void;
  onClose: () => void;
}

/** Where events are posted to, which, and whether. */
export default function EndpointDialog({ endpoint, onDone, onClose }: EndpointDialogProps) {
  const { t, enumLabel } = useI18n();
  const creates = useCommand(CreateWebhookEndpointDocument);
  const changes = useCommand(UpdateWebhookEndpointDocument);
  const [url, setUrl] = useState(endpoint?.url ?? '');
  const [active, setActive] = useState(endpoint?.active ?? true);
  const [all, setAll] = useState(!endpoint?.actions.length);
  const [actions, setActions] = useState<string[]>([...(endpoint?.actions ?? [])]);
  const save = async () => {
    const chosen = all ? null : (actions as Action[]);
    let secret: string | null = null;
    if (endpoint) {
      const input = { endpointId: endpoint.id, url, active, actions: chosen, allActions: all };
      if (!(await changes.send({ input }))) return;
    } else {
      const made = await creates.send({ input: { url, actions: chosen } });
      if (!made) return;
      secret = made.createWebhookEndpoint.secret ?? null;
    }
    onClose();
    onDone(secret);
  };
  return (
    <ConfirmDialog
      title={endpoint ? t('changeEndpoint', { url: endpoint.url }) : t('addEndpoint')}
      confirmLabel={t('save')}
      closeLabel={t('goBack')}
      busy={creates.busy || changes.busy}
      onConfirm={save}
      onClose={onClose}
    >
      <TextInput label={t('endpointAddress')} hint={t('addressHint')} value={url} onChange={setUrl} />
      {endpoint && <CheckboxField label={t('posting')} selected={active} onChange={setActive} />}
      <CheckboxField label={t('allEvents')} selected={all} onChange={setAll} />
      {!all && (
        <ActionTicks
          legend={t('postedEvents')}
          actions={ACTIONS.map((id) => ({ id, label: enumLabel('action', id) }))}
          chosen={actions}
          onChange={setActions}
        />
      )}
      <CommandError failure={creates.failure ?? changes.failure} />
    </ConfirmDialog>
  );
}
