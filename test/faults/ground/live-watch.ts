import mqtt, { type MqttClient } from 'mqtt'
import type { SeriesAnswer } from '../../../src/base/wire.js'
import { getJson, type TestGateway } from '../../support/gateway.js'
import { rssMiB } from '../storms/storm.js'

const SEND_MS = 1000
const LOOK_MS = 100
const QUARTER_MS = 900_000
/** The first figures of a new device take a moment longer than all that follow. */
const FIRST_MS = 10_000

/** Figures of a gateway that was watched while something else went on. */
export interface LiveFigures {
  readonly rssMiBMax: number
  /** Slowest answer of `/livez` on the port of HTTP, and on its own port. */
  readonly livezMsMax: number
  readonly ownLivezMsMax: number
  /** Lag of the figures of a meter that sends once a second behind the clock, s: the worst, and that of 95 of 100 looks. */
  readonly lateSMax: number
  readonly lateSP95: number
  readonly looks: number
}

/** A meter of plant `p` that is live, and all that is measured meanwhile. */
export class LiveWatch {
  readonly #gateway: TestGateway
  readonly #livezPort: number
  readonly #client: MqttClient
  readonly #timers: NodeJS.Timeout[]
  readonly #baseMs = Date.now()
  readonly #lateS: number[] = []
  #rssMiBMax = 0
  #livezMsMax = 0
  #ownLivezMsMax = 0
  /** Event time of the newest reading that the figures hold, epoch ms. */
  #knownMs = 0

  private constructor(gateway: TestGateway, livezPort: number, client: MqttClient) {
    this.#gateway = gateway
    this.#livezPort = livezPort
    this.#client = client
    this.#timers = [
      setInterval(() => this.#send(), SEND_MS),
      setInterval(() => this.#look(), LOOK_MS),
      each(LOOK_MS, async () => {
        this.#livezMsMax = Math.max(this.#livezMsMax, await tookMs(`${gateway.httpUrl}/livez`))
      }),
      each(LOOK_MS, async () => {
        this.#ownLivezMsMax = Math.max(this.#ownLivezMsMax, await tookMs(`http://127.0.0.1:${this.#livezPort}/livez`))
      }),
      each(5 * LOOK_MS, () => this.#ask()),
    ]
  }

  /** Begins; the meter has figures when this resolves. */
  static async start(gateway: TestGateway, livezPort: number): Promise<LiveWatch> {
    const watch = new LiveWatch(gateway, livezPort, await mqtt.connectAsync(gateway.mqttUrl, { clientId: 'live' }))
    await new Promise((resolve) => setTimeout(resolve, FIRST_MS))
    return watch
  }

  async end(): Promise<LiveFigures> {
    for (const timer of this.#timers) clearInterval(timer)
    await this.#client.endAsync(true)
    const sorted = this.#lateS.sort((a, b) => a - b)
    const rounded = (figure: number) => Math.round(figure * 10) / 10
    return {
      rssMiBMax: Math.round(this.#rssMiBMax),
      livezMsMax: Math.round(this.#livezMsMax),
      ownLivezMsMax: Math.round(this.#ownLivezMsMax),
      lateSMax: rounded(sorted.at(-1) ?? Infinity),
      lateSP95: rounded(sorted[Math.floor(sorted.length * 0.95)] ?? Infinity),
      looks: sorted.length,
    }
  }

  /** The register tells how many seconds have passed. */
  #send(): void {
    const ts = Date.now()
    const metrics = { elec_import_kwh: (ts - this.#baseMs) / 1000 }
    this.#client.publish('plants/p/hall/live/energy', JSON.stringify({ ts, metrics }), { qos: 1 })
  }

  #look(): void {
    this.#rssMiBMax = Math.max(this.#rssMiBMax, rssMiB(this.#gateway))
    const nowMs = Date.now()
    if (nowMs - this.#baseMs > FIRST_MS) this.#lateS.push((nowMs - Math.max(this.#knownMs, this.#baseMs)) / 1000)
  }

  /** Asks for the quarters of the meter: their sum is how far its register is known. */
  async #ask(): Promise<void> {
    const from = new Date(Math.floor(this.#baseMs / QUARTER_MS) * QUARTER_MS).toISOString()
    const query = `scope=device&id=live&window=15m&from=${from}&limit=1000`
    const { points } = await getJson<SeriesAnswer>(
      this.#gateway,
      `/api/v1/plants/p/kpis/energy_elec_import/series?${query}`,
    )
    const seconds = points.reduce((sum, { numerator }) => sum + (numerator ?? 0), 0)
    this.#knownMs = this.#baseMs + seconds * 1000
  }
}

/** Again and again, one after the other; what fails is tried again. */
function each(everyMs: number, act: () => Promise<void>): NodeJS.Timeout {
  let isBusy = false
  return setInterval(() => {
    if (isBusy) return
    isBusy = true
    void act()
      .catch(() => undefined)
      .finally(() => {
        isBusy = false
      })
  }, everyMs)
}

async function tookMs(url: string): Promise<number> {
  const startMs = performance.now()
  await (await fetch(url)).text()
  return performance.now() - startMs
}
