import type { Command } from 'commander'
import { systemClock } from '../../base/clock.js'
import { DAY_MS, HOUR_MS } from '../../base/durations.js'
import type { LoadedConfig } from '../../config/config.js'
import {
  changeDeviceFiles,
  type DeviceFiles,
  newCredential,
  withCredential,
  withNewToken,
} from '../../config/files/device-files.js'
import { printJson, printRow } from '../../program/output.js'
import { attempt, CommandRefused, credentialWords, refuse, shownCredential, showToken } from './client.js'

/** `greengauge device rotate` and `revoke`: what the client of a device, or another one, proves itself by. */

interface ProofOptions {
  readonly client?: string
  readonly overlap?: string
  readonly json?: boolean
  readonly config?: string
}

const UNIT_MS = { s: 1000, m: 60_000, h: HOUR_MS, d: DAY_MS } as const
/** A token that is replaced should go in the end. */
const OVERLAP_MS_MAX = 90 * UNIT_MS.d

export function addCredentialCommands(
  sub: (name: string, description: string) => Command,
  load: (file: string | undefined) => LoadedConfig | undefined,
): void {
  sub('rotate', 'give a client a new token, shown once; the one before stays right for a while')
    .alias('token')
    .argument('[device]', 'PLANT/LINE/DEVICE')
    .option('--client <id>', 'its MQTT client id, in place of the device')
    .option('--overlap <time>', 'for how long the token before stays right: 0, or a number with s, m, h or d', '24h')
    .action((text: string | undefined, _: unknown, command: Command) => {
      const overlapMs = overlapOf(command)
      change(command, load, text, ({ registry, credentials }, client) => {
        const made = withNewToken(credentials, client, { nowMs: systemClock.nowMs(), overlapMs })
        return { registry, ...made }
      })
    })

  sub(
    'revoke',
    'take its token and certificate from a client: it is disconnected and let in no more until it is given a new one',
  )
    .argument('[device]', 'PLANT/LINE/DEVICE')
    .option('--client <id>', 'its MQTT client id, in place of the device')
    .action((text: string | undefined, _: unknown, command: Command) => {
      change(command, load, text, ({ registry, credentials }, client) => {
        const before = credentials.find((one) => one.client === client) ?? newCredential(client)
        return { registry, credentials: withCredential(credentials, { ...before, tokens: [], subject: null }) }
      })
    })
}

function change(
  command: Command,
  load: (file: string | undefined) => LoadedConfig | undefined,
  device: string | undefined,
  make: (files: DeviceFiles, client: string) => DeviceFiles & { readonly token?: string },
): void {
  const { client: named, ...options } = command.optsWithGlobals<ProofOptions>()
  if ((device === undefined) === (named === undefined)) {
    refuse(command, 'say whose: either PLANT/LINE/DEVICE or --client ID')
  }
  const loaded = load(options.config)
  if (loaded === undefined) return
  let client = ''
  let token: string | undefined
  const { credentials } = attempt(command, () =>
    changeDeviceFiles(loaded.config.data_dir, (files) => {
      client = named === undefined ? clientOf(files, device ?? '') : knownClient(files, named)
      const made = make(files, client)
      token = made.token
      return { registry: made.registry, credentials: made.credentials }
    }),
  )
  const shown = credentials.filter((one) => one.client === client).map(shownCredential)
  if (options.json === true) {
    const all = shown.map((one) => ({ client, ...one, ...(token !== undefined && { token }) }))
    printJson(all)
    return
  }
  for (const one of shown) printRow([client, credentialWords(one)])
  showToken(token)
}

function clientOf({ registry }: DeviceFiles, text: string): string {
  const found = registry.find(({ plant, line, device }) => `${plant}/${line}/${device}` === text)
  if (found === undefined)
    throw new CommandRefused(
      `${text} is not in the registry: greengauge device add ${text} --client ID gives it a credential`,
    )
  const add = `greengauge device add ${text} --client ID`
  if (found.client === undefined) throw new CommandRefused(`${text} has no MQTT client of its own; ${add} gives it one`)
  return found.client
}

function knownClient({ registry, credentials }: DeviceFiles, id: string): string {
  if ([...registry, ...credentials].some(({ client }) => client === id)) return id
  throw new CommandRefused(
    `client ${id} is neither that of a device nor has it a credential; greengauge device client add ${id}`,
  )
}

function overlapOf(command: Command): number {
  const { overlap = '' } = command.opts<ProofOptions>()
  const [, count = '', unit = 's'] = /^(\d{1,6})([smhd])$/.exec(overlap === '0' ? '0s' : overlap) ?? []
  const ms = Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS]
  if (count !== '' && ms <= OVERLAP_MS_MAX) return ms
  return refuse(command, `--overlap ${overlap} is no time up to 90d: write 0, 90s, 30m, 24h or 7d`)
}
