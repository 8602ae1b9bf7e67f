import { type Signal, useSignal } from '@preact/signals'
import type { AccountRole } from '../../../src/base/roles.js'
import type { AccountChanged, AccountItem, AccountsAnswer, AccountWish } from '../../../src/views/wire/access.js'
import { ActButton } from '../ui/act-button.js'
import { FormDialog } from '../ui/form-dialog.js'
import { notify } from '../ui/notice.js'
import { ChoiceField, TextField } from './fields.js'
import { changeAccount } from './requests.js'
import type { MadeSecret } from './secret-dialog.js'
import { accessWords } from './words.js'

/** An act on an account that needs a word or a yes before it is done. */
type Asking =
  | { readonly act: 'add' }
  | { readonly act: 'password' | 'remove' | 'add_token'; readonly name: string }
  | { readonly act: 'remove_token'; readonly name: string; readonly token: string }
  | { readonly act: 'role'; readonly name: string; readonly role: AccountRole }

interface PeopleCardProps {
  readonly answer: AccountsAnswer
  onChanged(): void
  onSecret(made: MadeSecret): void
}

/** Accounts of people: who may sign in, with which role, and the tokens of their programs. */
export function PeopleCard({ answer: { accounts }, onChanged, onSecret }: PeopleCardProps) {
  const w = accessWords().people
  const asking = useSignal<Asking | null>(null)
  const done = (name: string, wish: AccountWish['act'], { secret }: AccountChanged) => {
    onChanged()
    if (secret !== null) onSecret({ kind: wish === 'add_token' ? 'token' : 'password', name, secret })
    else notify(accessWords().done(name))
  }
  const change = async (name: string, wish: AccountWish) => {
    const answer = await changeAccount(name, wish)
    if (answer.kind === 'loaded') done(name, wish.act, answer.value)
    else if (answer.kind === 'failed') notify(answer.detail)
  }
  return (
    <section class="card" aria-label={w.title} data-card="people">
      <header class="card-head">
        <h2>{w.title}</h2>
        <span class="card-tools">
          <ActButton right="administer" class="button is-small" onClick={() => (asking.value = { act: 'add' })}>
            {w.add}
          </ActButton>
        </span>
      </header>
      {accounts.length === 0 && <p class="access-note faint">{w.none}</p>}
      <ul class="rows">
        {accounts.map((account) => (
          <AccountRow key={account.name} account={account} asking={asking} change={change} />
        ))}
      </ul>
      {asking.value !== null && (
        <AccountDialog
          key={JSON.stringify(asking.value)}
          asking={asking.value}
          onDone={done}
          onClose={() => (asking.value = null)}
        />
      )}
    </section>
  )
}

interface AccountRowProps {
  readonly account: AccountItem
  readonly asking: Signal<Asking | null>
  change(name: string, wish: AccountWish): Promise<void>
}

function AccountRow({ account, asking, change }: AccountRowProps) {
  const w = accessWords().people
  const { name, role, disabled, since, tokens } = account
  const act = (label: string, onClick: () => void) => (
    <ActButton right="administer" class="button is-small" aria-label={`${label}: ${name}`} onClick={onClick}>
      {label}
    </ActButton>
  )
  return (
    <li class="access-row" data-account={name}>
      <div class="access-line">
        <strong>{name}</strong>
        <select
          class="select is-small"
          aria-label={`${w.role}: ${name}`}
          value={role}
          onChange={(event) => {
            asking.value = { act: 'role', name, role: event.currentTarget.value as AccountRole }
            event.currentTarget.value = role
          }}
        >
          {(Object.keys(w.roles) as AccountRole[]).map((one) => (
            <option key={one} value={one}>
              {w.roles[one]}
            </option>
          ))}
        </select>
        {disabled && <span class="is-strong">{w.disabled}</span>}
        {account.single_sign_on && <span class="faint">{w.singleSignOn}</span>}
        <span class="faint num">{w.since(since.slice(0, 10))}</span>
        <span class="access-acts">
          {act(w.password, () => (asking.value = { act: 'password', name }))}
          {act(w.addToken, () => (asking.value = { act: 'add_token', name }))}
          {act(disabled ? w.enable : w.disable, () => void change(name, { act: disabled ? 'enable' : 'disable' }))}
          {act(w.remove, () => (asking.value = { act: 'remove', name }))}
        </span>
      </div>
      {tokens.map((token) => (
        <div key={token.name} class="access-line is-under">
          <code>{token.name}</code>
          <span class="faint num">{w.since(token.since.slice(0, 10))}</span>
          <span class="access-acts">
            {act(w.voidToken, () => (asking.value = { act: 'remove_token', name, token: token.name }))}
          </span>
        </div>
      ))}
    </li>
  )
}

interface AccountDialogProps {
  readonly asking: Asking
  onDone(name: string, wish: AccountWish['act'], changed: AccountChanged): void
  onClose(): void
}

function AccountDialog({ asking, onDone, onClose }: AccountDialogProps) {
  const w = accessWords().people
  const name = useSignal(asking.act === 'add' ? '' : asking.name)
  const role = useSignal<AccountRole>('operator')
  const token = useSignal(asking.act === 'remove_token' ? asking.token : '')
  const titles = {
    add: w.add,
    password: w.password,
    remove: w.remove,
    add_token: w.addToken,
    remove_token: w.voidToken,
    role: w.role,
  }
  const nameOf = () => (asking.act === 'add' ? name.value.trim() : asking.name)
  const wishOf = (): AccountWish => {
    if (asking.act === 'add') return { act: 'add', role: role.value }
    if (asking.act === 'role') return { act: 'role', role: asking.role }
    if (asking.act === 'add_token' || asking.act === 'remove_token')
      return { act: asking.act, token: token.value.trim() }
    return { act: asking.act }
  }
  return (
    <FormDialog<AccountChanged>
      title={titles[asking.act]}
      cancel={accessWords().cancel}
      submit={titles[asking.act]}
      act={() => changeAccount(nameOf(), wishOf())}
      onDone={(changed) => onDone(nameOf(), asking.act, changed)}
      onClose={onClose}
    >
      {asking.act === 'add' && <TextField label={w.name} value={name} />}
      {asking.act === 'add' && <ChoiceField label={w.role} value={role} names={w.roles} />}
      {asking.act === 'add_token' && <TextField label={w.tokenName} value={token} />}
      {asking.act === 'add_token' && <p class="faint">{w.tokenNote}</p>}
      {asking.act === 'password' && <p>{w.reallyPassword(asking.name)}</p>}
      {asking.act === 'role' && <p>{w.reallyRole(asking.name, w.roles[asking.role])}</p>}
      {asking.act === 'remove' && <p>{w.reallyRemove(asking.name)}</p>}
      {asking.act === 'remove_token' && <p>{w.reallyVoid(asking.token)}</p>}
    </FormDialog>
  )
}
