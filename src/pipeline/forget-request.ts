import type { DeviceSender, Senders } from '../archive/senders.js'
import type { LedgerIndex } from '../audit/ledger/ledger-index.js'
import type { ReportRequests } from '../audit/reports/requests.js'
import type { ForgetQuery } from '../base/forget.js'
import type { KnownNames } from '../decode/cardinality/known.js'
import type { ForgetAnswer } from '../views/wire/forget.js'
import type { OperatorActions } from './operator-actions.js'

/** Most devices of one request; who has more of them asks again. */
const DEVICES_MAX = 10_000

export interface ForgetRequestDeps {
  readonly senders: Senders
  readonly known: KnownNames
  readonly actions: Pick<OperatorActions, 'submit' | 'isRemoving'>
  /** True for a plant of the configuration. */
  isPlantConfigured(plant: string): boolean
  /** Event times of the oldest readings that are there, epoch ms, by device; a device without any has none. */
  firstReadings(plant: string): ReadonlyMap<string, number>
  /** True while a report of a plant is being frozen, or waits for it. */
  isFreezing(plant: string): boolean
  /** Chooses of some devices those with something on a day that a frozen report rests on, each with the report. */
  onFrozenDays(plant: string, devices: readonly string[]): Promise<ReadonlyMap<string, string>>
}

/** Chooses the devices of a request, and hands in that they be forgotten; null when the journal takes too long for it. */
export async function forgetOnRequest(
  deps: ForgetRequestDeps,
  { plant, devices, silentSinceMs, isDryRun, by, why }: ForgetQuery,
): Promise<ForgetAnswer | null> {
  const { senders, known, actions, isFreezing, onFrozenDays } = deps
  const isConfigured = (device: string) => known.isConfigured({ plant, device })
  const refused = [...staysOf(deps, plant, devices)]
  const named = devices === null ? null : new Set(devices)
  const wanted = [...senders.all()]
    .filter((sender) => sender.plant === plant && named?.has(sender.device) !== false && !isConfigured(sender.device))
    .filter(({ lastHeardMs }) => silentSinceMs === null || lastHeardMs < silentSinceMs)
    .slice(0, DEVICES_MAX)
  const reported = await onFrozenDays(
    plant,
    wanted.map(({ device }) => device),
  )
  // From here to the act nothing else happens: a freeze that begins behind it waits until all of it is done.
  const isHeld = !isDryRun && isFreezing(plant)
  for (const { device } of wanted) {
    const report = reported.get(device)
    if (report !== undefined) refused.push({ device, reason: 'reported', report })
    else if (isHeld) refused.push({ device, reason: 'freezing' })
  }
  const chosen = isHeld ? [] : wanted.filter(({ device }) => !reported.has(device))
  // An order that is on its way is not handed in again: it may come out of the journal however late.
  if (!isDryRun && actions.isRemoving(plant)) return null
  const firstReadings = deps.firstReadings(plant)
  const told = chosen.map((sender) => deviceOf(sender, firstReadings.get(sender.device)))
  if (!isDryRun && chosen.length > 0) {
    const of = { plant, devices: chosen.map(({ device }) => device), by }
    const act = { what: 'forget' as const, ...of, ...(why !== null && { why }) }
    // The answer tells of them as they are before: when it is done they are no longer known.
    const answer = { devices: told, refused, dry_run: false }
    return (await actions.submit(act)) ? answer : null
  }
  return { devices: told, refused, dry_run: isDryRun }
}

/** Devices that stay whatever they sent. Whoever wants all of a plant that is not configured is told of registered ones too. */
function staysOf(
  { senders, known, isPlantConfigured }: ForgetRequestDeps,
  plant: string,
  devices: readonly string[] | null,
): ForgetAnswer['refused'] {
  const isConfigured = (device: string) => known.isConfigured({ plant, device })
  if (devices !== null) {
    return devices.flatMap((device): ForgetAnswer['refused'] => {
      if (isConfigured(device)) return [{ device, reason: 'configured' }]
      return senders.find(plant, device) === undefined ? [{ device, reason: 'unknown' }] : []
    })
  }
  if (isPlantConfigured(plant)) return []
  const registered = [...senders.all()].filter((sender) => sender.plant === plant && isConfigured(sender.device))
  return registered.map(({ device }) => ({ device, reason: 'configured' }))
}

function deviceOf(
  { line, device, lastHeardMs, readings }: DeviceSender,
  firstReadingMs: number | undefined,
): ForgetAnswer['devices'][number] {
  return { line, device, last_seen: instantOf(lastHeardMs), readings, first_reading: instantOf(firstReadingMs) }
}

function instantOf(ms: number | undefined): string | null {
  return ms !== undefined && Number.isFinite(ms) ? new Date(ms).toISOString() : null
}

export interface FreezingDeps {
  readonly requests: Pick<ReportRequests, 'isFreezing' | 'register'>
  readonly index: Pick<LedgerIndex, 'reportHash'>
}

/** True while a job freezes a report of a plant, or waits to, and while the ledger has still to be told of a frozen one. */
export function isFreezing({ requests, index }: FreezingDeps, plant: string): boolean {
  if (requests.isFreezing(plant)) return true
  const frozen = requests.register.items().filter(({ status, plants }) => status !== 'draft' && plants.includes(plant))
  return frozen.some(({ id, version }) => index.reportHash('frozen', id, version) === null)
}
