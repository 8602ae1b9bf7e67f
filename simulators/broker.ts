import { type IClientOptions, type MqttClient, connect as open } from 'mqtt'
import { systemClock } from '../src/base/clock.js'
import { EXIT } from '../src/base/exit-codes.js'
import { printLine, Stop } from './stop.js'

const RECONNECT_MS = 1000
/** Longest time, ms, that the end of a command waits for a broker that does not answer any more. */
const END_MAX_MS = 2000

function reasonOf(error: Error & { code?: unknown }): string {
  // "localhost" fails once for each of its addresses, with an error that has no message of its own.
  return error.message || String(error.code ?? 'no answer')
}

/**
 * A client of the broker once it is connected. The first connection is tried for `patienceMs`, each second, and then
 * fails (69); a later one that is lost is made again, and what was not acknowledged is sent again, until the client is
 * ended.
 */
export function connectTo(
  url: string,
  options: Pick<IClientOptions, 'clientId' | 'will'>,
  patienceMs = 0,
  signal?: AbortSignal,
): Promise<MqttClient> {
  const client = open(url, {
    ...options,
    protocolVersion: 4,
    clean: true,
    reconnectPeriod: RECONNECT_MS,
    connectTimeout: 10_000,
    keepalive: 30,
  })
  const giveUpAtMs = systemClock.nowMs() + patienceMs
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => {
      if (systemClock.nowMs() < giveUpAtMs && !signal?.aborted) return
      client.end(true)
      const remedy = 'start the gateway first, or give the address of the broker with --url'
      reject(new Stop(EXIT.unavailable, `no MQTT broker answers at ${url} (${reason}): ${remedy}`))
    }
    const onError = (error: Error) => fail(reasonOf(error))
    const onClose = () => fail('the connection was closed')
    const onStop = () => fail('stopped before it was there')
    client.on('error', onError)
    client.on('close', onClose)
    signal?.addEventListener('abort', onStop)
    client.once('connect', () => {
      client.off('error', onError)
      client.off('close', onClose)
      signal?.removeEventListener('abort', onStop)
      logWhatHappens(client)
      resolve(client)
    })
  })
}

function logWhatHappens(client: MqttClient): void {
  let isLost = false
  client.on('error', (error) => {
    // Each attempt to connect again fails alike; once is enough.
    if (!isLost) printLine(`${client.options.clientId}: ${reasonOf(error)}`)
  })
  client.on('close', () => {
    if (!isLost && !client.disconnecting)
      printLine(`${client.options.clientId}: connection lost, trying again each second`)
    isLost = true
  })
  client.on('connect', () => {
    printLine(`${client.options.clientId}: connected again`)
    isLost = false
  })
}

/** Ends the client with DISCONNECT, so that its will is not sent; a broker that has gone away is not waited for. */
export async function disconnect(client: MqttClient): Promise<void> {
  const deadline = new AbortController()
  await Promise.race([client.endAsync(!client.connected), systemClock.sleep(END_MAX_MS, deadline.signal)])
  deadline.abort()
  client.stream.destroy()
}

/** Cuts the connection as a broken cable does, without DISCONNECT; the client connects again and sends on. */
export function cut(client: MqttClient): void {
  if (client.connected) client.stream.destroy()
}
