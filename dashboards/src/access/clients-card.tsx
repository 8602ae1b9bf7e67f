import { type Signal, useSignal } from '@preact/signals'
import type { ClientChanged, ClientItem, ClientsAnswer, ClientWish } from '../../../src/views/wire/access.js'
import { ActButton } from '../ui/act-button.js'
import { notify } from '../ui/notice.js'
import { type AskingClient, ClientDialog } from './client-dialog.js'
import { changeClient } from './requests.js'
import type { MadeSecret } from './secret-dialog.js'
import { accessWords } from './words.js'

interface ClientsCardProps {
  readonly answer: ClientsAnswer
  onChanged(): void
  onSecret(made: MadeSecret): void
}

/** Credentials of MQTT clients: of devices, and of programs that are none. */
export function ClientsCard({ answer: { clients }, onChanged, onSecret }: ClientsCardProps) {
  const w = accessWords().clients
  const asking = useSignal<AskingClient | null>(null)
  const done = (client: string, { token }: ClientChanged) => {
    onChanged()
    if (token !== null) onSecret({ kind: 'client', name: client, secret: token })
    else notify(accessWords().done(client))
  }
  const change = async (client: string, wish: ClientWish) => {
    const answer = await changeClient(client, wish)
    if (answer.kind === 'loaded') done(client, answer.value)
    else if (answer.kind === 'failed') notify(answer.detail)
  }
  return (
    <section class="card" aria-label={w.title} data-card="clients">
      <header class="card-head">
        <h2>{w.title}</h2>
        <span class="card-sub">{w.sub}</span>
        <span class="card-tools">
          <ActButton right="administer" class="button is-small" onClick={() => (asking.value = { act: 'add_device' })}>
            {w.addDevice}
          </ActButton>
          <ActButton right="administer" class="button is-small" onClick={() => (asking.value = { act: 'add' })}>
            {w.addProgram}
          </ActButton>
        </span>
      </header>
      {clients.length === 0 && <p class="access-note faint">{w.none}</p>}
      <ul class="rows">
        {clients.map((one) => (
          <ClientRow key={one.client} of={one} asking={asking} change={change} />
        ))}
      </ul>
      {asking.value !== null && (
        <ClientDialog
          key={JSON.stringify(asking.value)}
          asking={asking.value}
          onDone={done}
          onClose={() => (asking.value = null)}
        />
      )}
    </section>
  )
}

interface ClientRowProps {
  readonly of: ClientItem
  readonly asking: Signal<AskingClient | null>
  change(client: string, wish: ClientWish): Promise<void>
}

function ClientRow({ of, asking, change }: ClientRowProps) {
  const w = accessWords().clients
  const { client, role, devices, disabled } = of
  const act = (label: string, onClick: () => void) => (
    <ActButton right="administer" class="button is-small" aria-label={`${label}: ${client}`} onClick={onClick}>
      {label}
    </ActButton>
  )
  return (
    <li class="access-row" data-client={client}>
      <div class="access-line">
        <strong>{client}</strong>
        <span class="faint">{w.short[role]}</span>
        {disabled && <span class="is-strong">{w.disabled}</span>}
        <span class="faint num">{proofsOf(of)}</span>
        <span class="access-acts">
          {act(w.rotate, () => (asking.value = { act: 'rotate', client }))}
          {act(w.revoke, () => (asking.value = { act: 'revoke', client }))}
          {act(disabled ? w.enable : w.disable, () => void change(client, { act: disabled ? 'enable' : 'disable' }))}
          {act(w.remove, () => (asking.value = { act: 'remove', client }))}
        </span>
      </div>
      {role === 'device' && (
        <div class="access-line is-under faint">{devices.length === 0 ? w.noDevice : devices.join(', ')}</div>
      )}
    </li>
  )
}

/** Proofs that let it in, and how long they do. */
function proofsOf({ tokens, subject, any_client_id }: ClientItem): string {
  const w = accessWords().clients
  const [newest, older] = tokens
  const proofs = [
    newest === undefined ? '' : w.tokenSince(newest.since.slice(0, 10)),
    older?.until == null ? '' : w.until(`${older.until.slice(0, 16).replace('T', ' ')} UTC`),
    subject === null ? '' : w.certificate(subject),
    any_client_id === true ? w.anyId : '',
  ].filter((part) => part !== '')
  return proofs.length === 0 ? w.revoked : proofs.join(' · ')
}
