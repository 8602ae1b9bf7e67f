import { useSignal } from '@preact/signals'
import type { AccountsAnswer, ClientsAnswer } from '../../../src/views/wire/access.js'
import type { ConfigAnswer, ConfigEdit } from '../../../src/views/wire/configuration.js'
import { PreviewDialog } from '../configuration/preview-dialog.js'
import { previewOf, saveConfig } from '../configuration/requests.js'
import { configWords } from '../configuration/words.js'
import { addressText, isElsewhere, isLoopback } from '../devices/broker.js'
import { linkTo } from '../nav.js'
import { session } from '../session.js'
import { gateway } from '../state.js'
import { ActButton } from '../ui/act-button.js'
import { CommandLine } from '../ui/command-line.js'
import { administrators, OPEN_LINES, type SignInState, signInState } from './sign-in-state.js'
import { accessWords } from './words.js'

interface SignInCardProps {
  readonly accounts: AccountsAnswer
  readonly clients: ClientsAnswer
  readonly config: ConfigAnswer
  onChanged(): void
}

/** An edit that turns signing in on or off: the file is changed, and the next start takes it. */
function editTo(isRequired: boolean): readonly ConfigEdit[] {
  return [{ op: 'set', path: ['auth', 'required'], value: isRequired }]
}

/** Signing in and what is open to whom, as it is in force, with the way to change it. */
export function SignInCard({ accounts, clients, config, onChanged }: SignInCardProps) {
  const w = accessWords().signIn
  const isAsking = useSignal(false)
  const state = signInState(accounts, config)
  const edits = editTo(true)
  const admins = administrators(accounts.accounts)
  const provable = clients.clients.filter(({ disabled }) => !disabled).length
  return (
    <section class="card" aria-label={w.title} data-card="sign-in" data-state={state}>
      <header class="card-head">
        <h2>{w.title}</h2>
        {state === 'off' && (
          <span class="card-tools">
            <ActButton right="administer" class="button is-small" onClick={() => (isAsking.value = true)}>
              {w.turnOn}
            </ActButton>
          </span>
        )}
      </header>
      <div class="access-note" role="status">
        <p class={state === 'on' ? '' : 'is-strong'}>{w.states[state]}</p>
        {(state === 'to_on' || state === 'to_off') && <p>{configWords().preview.restart}</p>}
        {state === 'off' && (
          <ul class="access-list">
            <li>{w.whoIsIn(admins.join(', '))}</li>
            <li>{w.clients(provable)}</li>
            <li>{w.wayBack(admins[0] ?? session.value.name)}</li>
          </ul>
        )}
      </div>
      <Listeners state={state} />
      {isAsking.value && (
        <PreviewDialog
          isWritable={config.writable}
          ask={() => previewOf({ edits: [...edits] })}
          save={() => saveConfig({ edits: [...edits] }, config.hash)}
          onClose={() => (isAsking.value = false)}
          readAnew={async () => onChanged()}
        />
      )}
    </section>
  )
}

/** Addresses that devices and people reach, whether over TLS, and the lines of the file by which that would be another. */
function Listeners({ state }: { readonly state: SignInState }) {
  const w = accessWords().signIn
  const told = gateway.value
  if (told === null) return null
  const isSecure = told.mqtt.tls_port !== null
  const reach = isElsewhere() ? w.noBroker : isLoopback() ? w.onlyHere : w.everywhere
  const tls = isSecure
    ? w.tls((told.mqtt_certificate?.valid_to ?? '').slice(0, 10))
    : isLoopback()
      ? w.plainHere
      : w.plain
  const isPage = location.protocol === 'https:'
  return (
    <div class="access-note">
      <dl class="access-facts">
        <div>
          <dt>MQTT</dt>
          <dd>
            <code>{addressText(told.mqtt)}</code> {reach} {!isElsewhere() && tls}
          </dd>
        </div>
        <div>
          <dt>{w.pages}</dt>
          <dd>
            <code>{location.origin}</code> {isPage ? w.pagesTls : w.pagesPlain}
          </dd>
        </div>
      </dl>
      {(state !== 'on' || !isSecure || !isPage || isLoopback()) && (
        <details class="access-lines">
          <summary>{w.lines}</summary>
          <CommandLine text={OPEN_LINES} />
          <p class="faint">{w.linesNote}</p>
          <a class="text-link" href={linkTo({ view: 'configuration' })}>
            {w.form}
          </a>
        </details>
      )}
    </div>
  )
}
