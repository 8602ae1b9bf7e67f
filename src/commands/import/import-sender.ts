import { connect, type MqttClient } from 'mqtt'
import { systemClock } from '../../base/clock.js'
import { EXIT } from '../../base/exit-codes.js'
import { Unreachable } from '../client/unreachable.js'

/** Messages that are sent and not acknowledged: on a busy disk an acknowledgement takes tenths of a second, … */
const IN_FLIGHT_MAX = 256
/** … and so much text of them. */
const IN_FLIGHT_CHARS_MAX = 2 * 1024 * 1024
const CONNECT_MS = 15_000
const RETRY_MS = 1000
/** A gateway that is away so long is not waited for: the command is called again later, and goes on. */
const AWAY_MS_MAX = 300_000
/** So many connections without an acknowledgement are no outage: a broker ends the connection of who sends what it may not. */
const VAIN_CONNECTIONS_MAX = 5
const CLOSED_EACH_TIME =
  'it ends the connection each time without an acknowledgement: perhaps a device of the file belongs to another client, which its log says'
const LOOK_MS = 1000
const END_MS = 2000

/** Broker and client as which history is sent. */
export interface ImportTarget {
  readonly url: string
  readonly clientId: string
  readonly username: string | undefined
  readonly password: string | undefined
  /** Certificate of authorities that sign the broker's, PEM; undefined for those of the system. */
  readonly ca: Buffer | undefined
}

/**
 * Sends messages of QoS 1 with a limit of those that are not acknowledged, which is the whole of the queue: a gateway that
 * reads more slowly, as figures of what is live go first, slows this down and nothing else.
 */
export class ImportSender {
  readonly #client: MqttClient
  readonly #url: string
  #underWay = 0
  #charsUnderWay = 0
  #failure: Error | null = null
  #wake: (() => void) | null = null
  #lastThereMs = systemClock.nowMs()
  /** Connections that were made again since something was acknowledged. */
  #vainConnections = 0

  private constructor(client: MqttClient, url: string) {
    this.#client = client
    this.#url = url
  }

  /** Throws `Unreachable` where nobody answers, or the client is not let in. */
  static async open({ url, clientId, ca, ...who }: ImportTarget): Promise<ImportSender> {
    const client = connect(url, {
      clientId,
      ...(who.username === undefined ? {} : { username: who.username }),
      ...(who.password === undefined ? {} : { password: who.password }),
      ...(ca === undefined ? {} : { ca }),
      protocolVersion: 4,
      clean: true,
      reconnectPeriod: 0,
      connectTimeout: CONNECT_MS,
      keepalive: 60,
    })
    await new Promise<void>((resolve, reject) => {
      const fail = (why: string) => {
        client.end(true)
        reject(notThere(url, why))
      }
      const onError = (error: Error & { code?: unknown }) => fail(error.message || String(error.code))
      const onClose = () => fail('the connection was closed')
      client.once('error', onError).once('close', onClose)
      client.once('connect', () => {
        // These two alone: by listeners of its own the client connects again.
        client.off('error', onError).off('close', onClose)
        resolve()
      })
    })
    client.options.reconnectPeriod = RETRY_MS
    return new ImportSender(client, url).#watched()
  }

  /** Sends when there is room; `onAcknowledged` is called when the gateway has it on its disk. False when it was stopped before. */
  async send(topic: string, payload: string, signal: AbortSignal, onAcknowledged: () => void): Promise<boolean> {
    const charsMax = IN_FLIGHT_CHARS_MAX - payload.length
    if (!(await this.#below(IN_FLIGHT_MAX, charsMax, signal))) return false
    this.#underWay++
    this.#charsUnderWay += payload.length
    this.#client.publish(topic, payload, { qos: 1 }, (error) => {
      this.#underWay--
      this.#charsUnderWay -= payload.length
      if (error) this.#failure ??= error
      else {
        this.#vainConnections = 0
        onAcknowledged()
      }
      this.#wake?.()
    })
    return true
  }

  /** True when everything is acknowledged; false when it was stopped before. */
  drained(signal: AbortSignal): Promise<boolean> {
    return this.#below(1, 0, signal)
  }

  async close(): Promise<void> {
    const deadline = new AbortController()
    await Promise.race([this.#client.endAsync(!this.#client.connected), systemClock.sleep(END_MS, deadline.signal)])
    deadline.abort()
    this.#client.stream.destroy()
  }

  #watched(): this {
    this.#client.on('connect', () => {
      this.#vainConnections++
      if (this.#vainConnections >= VAIN_CONNECTIONS_MAX) this.#failure ??= notThere(this.#url, CLOSED_EACH_TIME)
      this.#wake?.()
    })
    this.#client.on('error', (error: Error & { code?: unknown }) => {
      // A client that is not let in any more is not let in a second later either.
      if (typeof error.code === 'number') this.#failure ??= notThere(this.#url, error.message)
      this.#wake?.()
    })
    return this
  }

  /** Waits until fewer messages are under way, and no more text, or none at all. False when it was stopped before. */
  async #below(messages: number, chars: number, signal: AbortSignal): Promise<boolean> {
    while (this.#underWay >= messages || (this.#underWay > 0 && this.#charsUnderWay > chars)) {
      if (signal.aborted) return false
      this.#lookAfter()
      const looking = new AbortController()
      await Promise.race([
        new Promise<void>((resolve) => {
          this.#wake = resolve
        }),
        systemClock.sleep(LOOK_MS, looking.signal),
      ])
      looking.abort()
    }
    this.#lookAfter()
    return !signal.aborted
  }

  #lookAfter(): void {
    if (this.#failure !== null) throw this.#failure
    const nowMs = systemClock.nowMs()
    if (this.#client.connected) this.#lastThereMs = nowMs
    else if (nowMs - this.#lastThereMs > AWAY_MS_MAX) throw notThere(this.#url, 'it has been away for five minutes')
  }
}

/** An address as it may be shown. */
export function withoutPassword(url: string): string {
  return url.replace(/\/\/[^@/]*@/, '//')
}

function notThere(url: string, why: string): Unreachable {
  const shown = withoutPassword(url)
  if (/not authorized|bad user ?name|identifier rejected/i.test(why)) {
    return new Unreachable(
      `${shown} does not let this client in (${why}): give --client-id and GREENGAUGE_MQTT_PASSWORD of a client with the role gateway (greengauge device client add)`,
      EXIT.permission,
    )
  }
  return new Unreachable(
    `no gateway takes messages at ${shown} (${why}): start it, or give its address with --url; the same command goes on later`,
  )
}
