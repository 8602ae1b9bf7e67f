import { AccountFault, hasAdmin, withAccountChange } from '../access/account-changes.js'
import type { Credential } from '../access/credentials.js'
import type { Account } from '../access/people.js'
import type { RegisteredDevice } from '../access/registry.js'
import { OFFICE } from '../base/entries.js'
import type { DevicePath } from '../base/topic.js'
import type { AccessAsk, AccessRefusal, AccessReply } from '../views/access-ask.js'
import type { AccountItem, ClientItem, ClientWish } from '../views/wire/access.js'
import { LOCK_BUSY } from './files/access-file.js'
import {
  changeDeviceFiles,
  type DeviceFiles,
  readDeviceFiles,
  withCredential,
  withNewToken,
  withoutOrphans,
} from './files/device-files.js'
import { changePeople, readPeople } from './files/people-file.js'
import { formatProblem } from './problems.js'

/** The lists that are changed in the browser belong to this data directory. */
export interface AccessDeskOptions {
  readonly dataDir: string
  /** Epoch ms. */
  nowMs(): number
}

/** A wish that cannot be done; nothing was changed. */
class WishFault extends Error {
  constructor(
    readonly refused: AccessRefusal['refused'],
    message: string,
  ) {
    super(message)
  }
}

/** Other things wait meanwhile; whoever asks is told to come again. */
const PATIENCE_MS = 300

const OF_ACCOUNTS: Readonly<Record<AccountFault['kind'], AccessRefusal['refused']>> = {
  absent: 404,
  changed: 409,
  taken: 409,
  last_admin: 409,
}

/**
 * Answers questions about accounts and credentials of the data directory, and changes them as the commands do: a gateway that
 * runs on it looks at the files each second.
 */
export class AccessDesk {
  readonly #options: AccessDeskOptions

  constructor(options: AccessDeskOptions) {
    this.#options = options
  }

  answer(ask: AccessAsk): AccessReply {
    try {
      return this.#answer(ask)
    } catch (error) {
      return refusalOf(error)
    }
  }

  #answer(ask: AccessAsk): AccessReply {
    const { dataDir } = this.#options
    if (ask.ask === 'clients') return { clients: clientItems(readDeviceFiles(dataDir)) }
    if (ask.ask === 'client') return this.#changeClient(ask)
    if (ask.ask === 'account') return this.#changeAccount(ask)
    const read = readPeople(dataDir)
    if ('problems' in read) throw new WishFault(503, read.problems.map(formatProblem).join('\n'))
    return { accounts: read.people.map(accountItem) }
  }

  #changeAccount({ name, change }: Extract<AccessAsk, { ask: 'account' }>): AccessReply {
    const people = changePeople(
      this.#options.dataDir,
      (before) => {
        const after = withAccountChange(before, name, change, this.#now())
        if (hasAdmin(after)) return after
        if (!hasAdmin(before))
          throw new AccountFault('last_admin', 'the first account has to be that of an administrator')
        throw new AccountFault('last_admin', `nobody could administer the gateway any more without ${name}`)
      },
      PATIENCE_MS,
    )
    const account = people.find((one) => one.name === name)
    return { account: account === undefined ? null : accountItem(account) }
  }

  #changeClient({ client, wish }: Extract<AccessAsk, { ask: 'client' }>): AccessReply {
    let token: string | null = null
    const files = changeDeviceFiles(
      this.#options.dataDir,
      (before) => {
        const made = changedClient(before, client, wish, this.#options.nowMs())
        token = made.token ?? null
        return withoutOrphans(made, before.registry)
      },
      PATIENCE_MS,
    )
    return { client: clientItems(files).find((one) => one.client === client) ?? null, token }
  }

  #now(): string {
    return new Date(this.#options.nowMs()).toISOString()
  }
}

function refusalOf(error: unknown): AccessRefusal {
  if (error instanceof AccountFault) return { refused: OF_ACCOUNTS[error.kind], detail: `${error.message}.` }
  if (error instanceof WishFault) return { refused: error.refused, detail: `${error.message}.` }
  const { code, message } = error as NodeJS.ErrnoException
  const isOfDisk = typeof code === 'string' && (code === LOCK_BUSY || /^E[A-Z]+$/.test(code))
  if (!(error instanceof Error)) throw error
  return { refused: 503, detail: isOfDisk ? `The list cannot be written (${message}): nothing was changed.` : message }
}

function accountItem({ name, role, disabled, since, tokens, oidc }: Account): AccountItem {
  const item = { name, role, disabled, since, tokens: tokens.map(({ name, since }) => ({ name, since })) }
  return oidc === undefined ? item : { ...item, single_sign_on: true }
}

function clientItems({ registry, credentials }: DeviceFiles): ClientItem[] {
  return credentials.map(({ client, role, tokens, subject, disabled, any_client_id }) => ({
    client,
    role,
    devices: registry.filter((one) => one.client === client).map(textOf),
    tokens: tokens.map(({ since, until }) => ({ since, until })),
    subject,
    disabled,
    ...(any_client_id === true && { any_client_id }),
  }))
}

function changedClient(
  { registry, credentials }: DeviceFiles,
  client: string,
  wish: ClientWish,
  nowMs: number,
): DeviceFiles & { readonly token?: string } {
  const known = credentials.find((one) => one.client === client)
  if (wish.act === 'add') {
    refuseTaken(client, known)
    return { registry, ...withNewToken(credentials, client, { nowMs, overlapMs: 0, fresh: { role: wish.role } }) }
  }
  if (wish.act === 'add_device') {
    if (known !== undefined && known.role !== 'device') refuseTaken(client, known)
    return withDevice({ registry, credentials }, client, wish, nowMs)
  }
  if (known === undefined) throw new WishFault(404, `client ${client} has no credential`)
  if (wish.act === 'rotate') {
    return { registry, ...withNewToken(credentials, client, { nowMs, overlapMs: wish.overlap_s * 1000 }) }
  }
  if (wish.act === 'remove') return withoutClient({ registry, credentials }, known)
  const changed = { revoke: { tokens: [], subject: null }, disable: { disabled: true }, enable: { disabled: false } }
  return { registry, credentials: withCredential(credentials, { ...known, ...changed[wish.act] }) }
}

/** The device is registered with this client, which gets a token unless it has a proof already. */
function withDevice(
  { registry, credentials }: DeviceFiles,
  client: string,
  path: DevicePath,
  nowMs: number,
): DeviceFiles & { readonly token?: string } {
  const { plant, line, device } = path
  if (device === OFFICE)
    throw new WishFault(400, `${OFFICE} is the id that entries of people stand under: take another one`)
  const isIt = (one: RegisteredDevice) => one.plant === plant && one.device === device
  const before = registry.find(isIt)
  if (before?.client !== undefined && before.client !== client) {
    throw new WishFault(409, `${textOf(before)} is the device of client ${before.client} already`)
  }
  const since = before?.since ?? new Date(nowMs).toISOString()
  const added = { topics: [], disabled: false, ...before, plant, line, device, client, since }
  const devices = [...registry.filter((one) => !isIt(one)), added].toSorted((a, b) => (textOf(a) < textOf(b) ? -1 : 1))
  const known = credentials.find((one) => one.client === client)
  if (known !== undefined && (known.tokens.length > 0 || known.subject !== null))
    return { registry: devices, credentials }
  return { registry: devices, ...withNewToken(credentials, client, { nowMs, overlapMs: 0 }) }
}

/** Its devices stay registered, and have no client of their own any more. */
function withoutClient({ registry, credentials }: DeviceFiles, gone: Credential): DeviceFiles {
  return {
    registry: registry.map(({ client, ...one }) =>
      client === undefined || client === gone.client ? one : { ...one, client },
    ),
    credentials: credentials.filter((one) => one !== gone),
  }
}

function refuseTaken(client: string, known: Credential | undefined): void {
  if (known === undefined) return
  throw new WishFault(409, `client ${client} has a credential already: give it a new token instead`)
}

function textOf({ plant, line, device }: DevicePath): string {
  return `${plant}/${line}/${device}`
}
