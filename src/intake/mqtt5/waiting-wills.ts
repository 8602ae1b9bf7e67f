import type { Aedes, Client } from 'aedes'

/** Parts of aedes that delay a will. */
interface WillScheduler {
  readonly delayedWills: ReadonlyMap<string, unknown>
  scheduleWill(client: Client, will: object, delayS: number): void
  clearDelayedWill(clientId: string): void
  publishWill(client: Client, will: object): void
}

/**
 * Remembers the wills that wait, MQTT 5 §3.1.3.2.2, as many as aedes does: one is published when its time is over or when its session
 * is, whichever comes first, and aedes knows only of sessions that expire.
 *
 * @param onFull called with the client id when too many wait, and its will is published at once
 * @returns what publishes the will of a client at once, if one waits
 */
export function followWills(aedes: Aedes, onFull: (clientId: string) => void): (clientId: string) => void {
  const open = aedes as unknown as WillScheduler
  const waiting = new Map<string, { readonly client: Client; readonly will: object }>()
  const schedule = open.scheduleWill.bind(aedes)
  const clear = open.clearDelayedWill.bind(aedes)
  const publish = open.publishWill.bind(aedes)
  open.scheduleWill = (client, will, delayS) => {
    schedule(client, will, delayS)
    if (open.delayedWills.has(client.id)) waiting.set(client.id, { client, will })
  }
  open.clearDelayedWill = (clientId) => {
    waiting.delete(clientId)
    clear(clientId)
  }
  open.publishWill = (client, will) => {
    waiting.delete(client.id)
    publish(client, will)
  }
  aedes.on('sessionLimitReached', (client: Client, { reason }: { readonly reason: string }) => {
    if (reason === 'willDelay') onFull(client.id)
  })
  return (clientId) => {
    const found = waiting.get(clientId)
    if (found === undefined) return
    open.clearDelayedWill(clientId)
    open.publishWill(found.client, found.will)
  }
}
