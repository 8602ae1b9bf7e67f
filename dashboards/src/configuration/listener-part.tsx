import { useSignal } from '@preact/signals'
import type { ConfigEdit } from '../../../src/views/wire/configuration.js'
import { ActButton } from '../ui/act-button.js'
import type { FormValues } from './form-values.js'
import { listenerEdits, listenerValues } from './listener-settings.js'
import type { SettingField } from './setting-field.js'
import { SettingForm } from './setting-form.js'
import { configWords } from './words.js'

interface ListenerPartProps {
  readonly settings: unknown
  onEdits(edits: readonly ConfigEdit[]): void
}

/** Addresses and ports under which devices reach the broker, with the form that changes them. */
export function ListenerPart({ settings, onEdits }: ListenerPartProps) {
  const w = configWords().listener
  const isOpen = useSignal(false)
  const { host = '', port = '', tls, tlsPort = '' } = listenerValues(settings)
  const close = () => {
    isOpen.value = false
  }
  return (
    <section class="config-section" aria-label={w.title}>
      <div class="config-row">
        <h3>{w.title}</h3>
        <span class="card-tools">
          <ActButton
            right="administer"
            class="button is-small"
            aria-label={`${configWords().plants.edit}: ${w.title}`}
            onClick={() => {
              isOpen.value = true
            }}
          >
            {configWords().plants.edit}
          </ActButton>
        </span>
      </div>
      <ul class="rows">
        <li class="row">
          <span>
            <code>{host}</code> · {port === '' ? w.noPlain : w.plain(port)} ·{' '}
            {tls === 'on' && tlsPort !== '' ? w.secure(tlsPort) : w.noTls}
          </span>
        </li>
      </ul>
      {isOpen.value && (
        <SettingForm
          title={w.title}
          fields={listenerFields(listenerValues(settings))}
          fieldsFor={listenerFields}
          editsOf={(values) => listenerEdits(values, settings)}
          onClose={close}
          onEdits={(edits) => {
            close()
            onEdits(edits)
          }}
        />
      )}
    </section>
  )
}

const HERE = '127.0.0.1'
const EVERYWHERE = '0.0.0.0'

/** Fields of the form: those of TLS where it is on. A host is chosen, since a wrong one keeps the gateway from starting. */
function listenerFields(values: FormValues): readonly SettingField[] {
  const w = configWords().listener
  const { host = HERE, port = '', tls = 'off', tlsPort = '', cert = '', key = '' } = values
  const others = [HERE, EVERYWHERE].includes(host) ? [] : [[host, host] as const]
  const ofTls: readonly SettingField[] = [
    { name: 'tlsPort', setting: 'tls.port', label: w.tlsPort, help: w.tlsPortHelp, value: tlsPort },
    { name: 'cert', setting: 'tls.cert_file', label: w.cert, help: w.certHelp, value: cert },
    { name: 'key', setting: 'tls.key_file', label: w.key, help: w.keyHelp, value: key },
  ]
  return [
    {
      ...{ name: 'host', setting: 'host', label: w.host, help: w.hostHelp, value: host },
      choices: [[HERE, w.here], [EVERYWHERE, w.everywhere], ...others],
    },
    { name: 'port', setting: 'port', label: w.port, help: w.portHelp, value: port },
    {
      ...{ name: 'tls', setting: 'tls', label: w.tls, help: w.tlsHelp, value: tls },
      choices: [
        ['off', w.off],
        ['on', w.on],
      ],
    },
    ...(tls === 'on' ? ofTls : []),
  ]
}
