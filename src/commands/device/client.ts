import { type Command, Option } from 'commander'
import type { Credential } from '../../access/credentials.js'
import { CLIENT_ROLES, type ClientRole } from '../../base/client-roles.js'
import { systemClock } from '../../base/clock.js'
import { EXIT } from '../../base/exit-codes.js'
import { type DevicePath, isId } from '../../base/topic.js'
import type { LoadedConfig } from '../../config/config.js'
import {
  changeDeviceFiles,
  newCredential,
  readDeviceFiles,
  withCredential,
  withNewToken,
} from '../../config/files/device-files.js'
import { complain, printJson, printRow } from '../../program/output.js'

/** `greengauge device client`: programs that are no device, such as a SCADA system that reads, or a gateway for many devices. */

export type ConfigLoader = (file: string | undefined) => LoadedConfig | undefined

/** A credential as it is shown: never a token, nor what could be compared with one. */
export interface ShownCredential {
  readonly role: ClientRole
  readonly tokens: readonly { readonly since: string; readonly until: string | null }[]
  readonly subject: string | null
  readonly disabled: boolean
  /** Absent where it is bound to its client id. */
  readonly any_client_id?: true
}

interface ClientOptions {
  readonly role?: ClientRole
  readonly certificate?: string
  readonly json?: boolean
  readonly config?: string
}

const CLIENT_ID_LENGTH_MAX = 256
const ROLES = Object.entries(CLIENT_ROLES).map(([role, text]) => `${role} ${text}`)

export function addClientCommands(device: Command, load: ConfigLoader): void {
  const client = device.command('client').description('MQTT clients that are no device: what they are, by role')
  const sub = (name: string, description: string) =>
    client
      .command(name)
      .description(description)
      .option('--config <file>', 'configuration file')
      .option('--json', 'as JSON')

  sub('list', 'all clients that have to prove who they are, those of devices too').action((_: unknown, command) => {
    const options = command.optsWithGlobals() as ClientOptions
    const loaded = load(options.config)
    if (loaded === undefined) return
    const { credentials } = attempt(command, () => readDeviceFiles(loaded.config.data_dir))
    showAll(options, credentials)
  })

  sub('add', 'let a client in, with a new token that is shown once; or change the role or certificate of one')
    .argument('<id>', 'MQTT client id')
    .addOption(new Option('--role <role>', ROLES.join('; ')).choices(['gateway', 'reader']).makeOptionMandatory())
    .option(
      '--certificate <subject>',
      'subject of its client certificate, which takes the place of a token: CN=scada,O=Acme',
    )
    .action((id: string, _: unknown, command: Command) => {
      checkClientId(command, id)
      const { role = 'reader', certificate } = command.optsWithGlobals<ClientOptions>()
      change(command, load, id, (credentials, known) => {
        const more = { role, ...(certificate !== undefined && { subject: certificate }) }
        if (known !== undefined) return { credentials: withCredential(credentials, { ...known, ...more }) }
        if (certificate !== undefined) return { credentials: withCredential(credentials, newCredential(id, more)) }
        return withNewToken(credentials, id, { nowMs: systemClock.nowMs(), overlapMs: 0, fresh: more })
      })
    })

  for (const [name, changed, description] of [
    ['disable', { disabled: true }, 'let it in no more, and end its connection'],
    ['enable', { disabled: false }, 'let it in again'],
    [
      'any-id',
      { any_client_id: true },
      'let it connect with whatever client id, as edge nodes do that draw a new one each time: ID is its user name then',
    ],
    ['own-id', { any_client_id: undefined }, 'bind it to its client id again'],
  ] as const) {
    sub(name, description)
      .argument('<id>', 'MQTT client id')
      .action((id: string, _: unknown, command: Command) => {
        change(command, load, id, (credentials, known) => {
          return { credentials: withCredential(credentials, { ...found(id, known), ...changed }) }
        })
      })
  }

  sub('remove', 'forget it: its connection is ended, its session dropped')
    .argument('<id>', 'MQTT client id')
    .action((id: string, _: unknown, command: Command) => {
      change(command, load, id, (credentials, known) => {
        const gone = found(id, known)
        return { credentials: credentials.filter((one) => one !== gone) }
      })
    })
}

function change(
  command: Command,
  load: ConfigLoader,
  id: string,
  make: (
    credentials: readonly Credential[],
    known: Credential | undefined,
  ) => { readonly credentials: readonly Credential[]; readonly token?: string },
): void {
  const options = command.optsWithGlobals<ClientOptions>()
  const loaded = load(options.config)
  if (loaded === undefined) return
  let token: string | undefined
  const { credentials } = attempt(command, () =>
    changeDeviceFiles(loaded.config.data_dir, ({ registry, credentials }) => {
      const made = make(
        credentials,
        credentials.find(({ client }) => client === id),
      )
      token = made.token
      return { registry, credentials: made.credentials }
    }),
  )
  showAll(
    options,
    credentials.filter(({ client }) => client === id),
    token,
  )
}

/** Thrown where a command cannot end at once, for it holds the lock. */
export class CommandRefused extends Error {}

function found(id: string, known: Credential | undefined): Credential {
  if (known === undefined)
    throw new CommandRefused(`client ${id} has no credential; greengauge device client list shows all`)
  return known
}

export function checkClientId(command: Command, id: string): void {
  const isFine = id.length > 0 && id.length <= CLIENT_ID_LENGTH_MAX && !/\p{Cc}/u.test(id)
  if (!isFine)
    refuse(command, `a client id has 1 to ${CLIENT_ID_LENGTH_MAX} characters, none of them a control character`)
}

/** Does some work. A refusal, a file that cannot be read or written, and a lock that is held are said and end the command. */
export function attempt<T>(command: Command, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const exitCode = error instanceof CommandRefused ? EXIT.usage : EXIT.io
    return command.error(`error: ${error.message}`, { exitCode })
  }
}

export function shownCredential({ role, tokens, subject, disabled, any_client_id }: Credential): ShownCredential {
  const anyId = any_client_id === true ? ({ any_client_id } as const) : {}
  return { role, tokens: tokens.map(({ since, until }) => ({ since, until })), subject, disabled, ...anyId }
}

/** In words, for a line of a list. */
export function credentialWords({ role, tokens, subject, disabled, any_client_id }: ShownCredential): string {
  const [newest, older] = tokens
  const proofs = [
    newest === undefined ? '' : `token since ${newest.since}`,
    older?.until == null ? '' : `the one before until ${older.until}`,
    subject === null ? '' : `certificate ${subject}`,
    any_client_id === true ? 'with any client id' : '',
  ].filter((part) => part !== '')
  return `${role}, ${disabled ? 'disabled, ' : ''}${proofs.length === 0 ? 'revoked' : proofs.join(', ')}`
}

/** A token is shown here and never again. */
export function showToken(token: string | undefined): void {
  if (token === undefined) return
  printRow(['token', token])
  complain('The token is shown only once; MQTT: user name = client id, password = token')
}

function showAll({ json }: ClientOptions, credentials: readonly Credential[], token?: string): void {
  if (json === true) {
    const all = credentials.map((one) => ({
      client: one.client,
      ...shownCredential(one),
      ...(token !== undefined && { token }),
    }))
    printJson(all)
    return
  }
  for (const one of credentials) printRow([one.client, credentialWords(shownCredential(one))])
  showToken(token)
}

export function refuse(command: Command, why: string): never {
  return command.error(`error: ${why}`, { exitCode: EXIT.usage })
}

/** Ends the command where the text names no device. */
export function pathOf(command: Command, text: string): DevicePath {
  const [plant = '', line = '', device = '', ...more] = text.split('/')
  if (more.length > 0 || ![plant, line, device].every(isId)) {
    refuse(
      command,
      `${text} is no PLANT/LINE/DEVICE; an id is [a-z0-9][a-z0-9_-]{0,63}, such as suzhou-1/press/robot-7`,
    )
  }
  return { plant, line, device }
}
