import type { DeviceSender, Senders } from '../archive/senders.js'
import type { ForgetQuery } from '../base/forget.js'
import type { KnownNames } from '../decode/cardinality/known.js'
import type { ForgetAnswer } from '../views/wire/forget.js'
import type { OperatorActions } from './operator-actions.js'

/** Most devices of one request; who has more of them asks again. */
const DEVICES_MAX = 10_000

/** Chooses the devices of a request, and hands in that they be forgotten; null when the journal takes too long for it. */
export async function forgetOnRequest(
  {
    senders,
    known,
    actions,
  }: { readonly senders: Senders; readonly known: KnownNames; readonly actions: OperatorActions },
  { plant, devices, silentSinceMs, isDryRun, by }: ForgetQuery,
): Promise<ForgetAnswer | null> {
  const isConfigured = (device: string) => known.isConfigured({ plant, device })
  const refused = (devices ?? []).flatMap((device): ForgetAnswer['refused'] => {
    if (isConfigured(device)) return [{ device, reason: 'configured' }]
    return senders.find(plant, device) === undefined ? [{ device, reason: 'unknown' }] : []
  })
  const named = devices === null ? null : new Set(devices)
  const chosen = [...senders.all()]
    .filter((sender) => sender.plant === plant && named?.has(sender.device) !== false && !isConfigured(sender.device))
    .filter(({ lastHeardMs }) => silentSinceMs === null || lastHeardMs < silentSinceMs)
    .slice(0, DEVICES_MAX)
  if (!isDryRun && chosen.length > 0) {
    const act = { what: 'forget' as const, plant, devices: chosen.map(({ device }) => device), by }
    // The answer tells of them as they are before: when it is done they are no longer known.
    const answer = { devices: chosen.map(deviceOf), refused, dry_run: false }
    return (await actions.submit(act)) ? answer : null
  }
  return { devices: chosen.map(deviceOf), refused, dry_run: isDryRun }
}

function deviceOf({ line, device, lastHeardMs, readings }: DeviceSender): ForgetAnswer['devices'][number] {
  const last_seen = Number.isFinite(lastHeardMs) ? new Date(lastHeardMs).toISOString() : null
  return { line, device, last_seen, readings }
}
