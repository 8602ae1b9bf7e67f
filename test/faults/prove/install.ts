import { join } from 'node:path'
import { connectAsync } from 'mqtt'
import { scratchDir } from '../../bench/measure/scratch.js'
import { until } from '../../support/gateway.js'
import { type Influxd, startInfluxd } from '../../support/influxd.js'
import { findServer } from '../../support/servers.js'
import { Installation, packed, packedEarlier } from '../ground/installation.js'
import { type Proof, say, verdictOf } from './proof.js'

/** The version that is upgraded from, of the same installation: this many commits back. */
const EARLIER = 'HEAD~60'
const READINGS = 2880
const BATCH = 480
const PLANT = {
  id: 'own-1',
  name: { en: 'Own plant' },
  timezone: 'Asia/Shanghai',
  lines: [{ id: 'press', name: { en: 'Press' } }],
  devices: [{ id: 'main-1', line: 'press', role: 'main', metrics: { elec_import_kwh: { period_s: 60 } } }],
}
const DATABASE = 'greengauge'
const SETTLED_MS = 120_000
const DAY_MS = 86_400_000
const MINUTE_MS = 60_000

interface Accounts {
  /** The token of a program of the administrator. */
  readonly token: string
  /** The token of the device. */
  readonly device: string
}

/** The course of a newcomer, from the packed file to the restored backup. */
export const install: Proof = {
  name: 'install',
  says: 'a packed file is installed and run by a user of its own: accounts, TLS, InfluxDB and its outage, kill, upgrade, backup, restore',
  goal: '0 acknowledged readings lost or doubled in archive, server and restored copy over every step, each command 0, no figure changed by the upgrade',
  async run() {
    const influxd = findServer('influxd')
    if (influxd === null || process.getuid?.() !== 0) throw new Error('this takes root and influxd')
    const dir = scratchDir('install')
    const course = new Course(await Installation.in(dir), await startInfluxd(influxd))
    try {
      const earlier = packedEarlier(join(dir, 'earlier'), EARLIER)
      const now = packed(join(dir, 'now'))
      await course.begin(earlier ?? now)
      const before = await course.days()
      const hasUpgraded = earlier !== null
      if (hasUpgraded) await course.upgrade(now)
      const changed = before === (await course.days()) ? 0 : 1
      await course.outage()
      await course.kill()
      await course.backup(join(dir, 'backup'))
      const { sent, faults, figures } = course
      const isBroken = faults.length > 0 || changed > 0
      return {
        figure: `${sent} readings acknowledged over ${course.steps} steps; ${changed} figures changed by the upgrade; ${faults.length === 0 ? 'nothing lost, doubled or refused' : faults.join('; ')}`,
        verdict: verdictOf(isBroken, hasUpgraded ? 1 : 0, 1),
        parameters: { earlier: EARLIER, hasUpgraded, readings: READINGS },
        figures: { ...figures, faults },
      }
    } finally {
      await course.end()
    }
  },
}

/** One installation on its way, with what was sent to it and what was found wrong. */
class Course {
  sent = 0
  steps = 0
  readonly faults: string[] = []
  readonly figures: Record<string, unknown> = {}
  #accounts: Accounts = { token: '', device: '' }
  readonly #fromMs = Math.floor(Date.now() / DAY_MS - 3) * DAY_MS

  constructor(
    private readonly place: Installation,
    private readonly influxd: Influxd,
  ) {}

  async begin(file: string): Promise<void> {
    const { place } = this
    this.figures.first = place.install(file)
    place.configure([PLANT], { type: 'influxdb1', url: this.influxd.url, database: DATABASE })
    this.#command('user', 'add', 'wei', '--role', 'admin', '--generate')
    const token = this.#command('user', 'token', 'add', 'wei', 'proof').trim()
    const added = this.#command('device', 'add', 'own-1/press/main-1', '--client', 'main-1', '--json')
    const [{ token: device = '' } = {}] = JSON.parse(added) as { token?: string }[]
    this.#accounts = { token, device }
    place.give()
    this.figures.firstStartMs = await place.start()
    await until(async () => (await place.ask('/api/v1/plants', token)).ok, SETTLED_MS)
    await this.#send(READINGS)
    await this.#look('begun')
  }

  async upgrade(file: string): Promise<void> {
    this.#command('backup', join(this.place.dataDir, '..', 'before-upgrade'))
    await this.place.stop()
    this.figures.second = this.place.install(file)
    this.figures.secondStartMs = await this.place.start()
    await this.#look('upgraded')
  }

  /** The server is away while devices send, and gets it all when it is back. */
  async outage(): Promise<void> {
    await this.influxd.kill()
    await this.#send(BATCH)
    await this.influxd.start()
    await this.#look('server back')
  }

  async kill(): Promise<void> {
    await this.#send(BATCH)
    await this.place.stop('SIGKILL')
    this.figures.afterKillMs = await this.place.start()
    await this.#look('killed')
  }

  /** A backup is restored elsewhere, and the installation goes on with the copy. */
  async backup(folder: string): Promise<void> {
    this.#command('backup', folder)
    this.#command('verify', folder)
    await this.place.stop()
    const copy = join(folder, '..', 'copy')
    this.place.makeData(copy)
    this.#command('restore', folder, '--set', `data_dir=${copy}`)
    this.#command('ledger', 'check', '--set', `data_dir=${copy}`)
    this.place.moveTo(copy)
    await this.place.start()
    await this.#look('after the backup')
    const doctor = this.place.root('doctor')
    if (doctor.code !== 0) this.faults.push(`doctor ended with ${doctor.code}: ${doctor.stdout.slice(0, 400)}`)
  }

  /** The energy of the plant on each day, as the API says it. */
  async days(): Promise<string> {
    const range = `from=${new Date(this.#fromMs).toISOString()}&to=${new Date(this.#fromMs + 3 * DAY_MS).toISOString()}`
    const path = `/api/v1/plants/own-1/kpis/energy_elec_import/series?window=1h&${range}`
    const answer = await this.place.ask(path, this.#accounts.token)
    const { points } = (await answer.json()) as { points: { start: string; value: number | null; coverage: number }[] }
    return JSON.stringify(points.map(({ start, value, coverage }) => [start, value, coverage]))
  }

  async end(): Promise<void> {
    await this.place.stop()
    await this.influxd.remove()
  }

  #command(...args: readonly string[]): string {
    this.steps++
    const { code, stdout, stderr } = this.place.root(...args)
    if (code !== 0)
      this.faults.push(`greengauge ${args.slice(0, 2).join(' ')} ended with ${code}: ${stderr.slice(0, 300)}`)
    return stdout
  }

  /** A register that grows evenly, a reading a minute, from the device itself over TLS. */
  async #send(count: number): Promise<void> {
    this.steps++
    const client = await connectAsync(`mqtts://127.0.0.1:${this.place.ports.mqtt}`, {
      clientId: 'main-1',
      username: 'main-1',
      password: this.#accounts.device,
      ca: this.place.ca,
      reconnectPeriod: 0,
    })
    try {
      for (let i = 0; i < count; i += BATCH) {
        const batch = Array.from({ length: Math.min(BATCH, count - i) }, (_, k) => this.#reading(this.sent + k))
        await client.publishAsync('plants/own-1/press/main-1/energy', JSON.stringify(batch), { qos: 1 })
        this.sent += batch.length
      }
    } finally {
      await client.endAsync()
    }
  }

  #reading(number: number): object {
    const ts = new Date(this.#fromMs + number * MINUTE_MS).toISOString()
    return { ts, metrics: { elec_import_kwh: 1000 + number * 2 } }
  }

  /** Waits until all that was sent is in archive and server, and says what is not. */
  async #look(step: string): Promise<void> {
    say(`${step}: ${this.sent} readings`)
    let seen = { archived: -1, atServer: -1, closes: false }
    const isThere = async () => {
      const answer = await this.place.ask('/api/v1/accounting', this.#accounts.token)
      const { readings, closes } = (await answer.json()) as { readings: { archived: number }; closes: boolean }
      const atServer = await this.influxd.count(DATABASE, 'energy', 'elec_import_kwh')
      seen = { archived: readings.archived, atServer, closes }
      return readings.archived === this.sent && atServer === this.sent && closes
    }
    await until(() => isThere().catch(() => false), SETTLED_MS, 500).catch(() => {
      this.faults.push(`${step}: ${JSON.stringify(seen)} of ${this.sent}`)
    })
    const foreign = this.place.foreign()
    if (foreign.length > 0) this.faults.push(`${step}: ${foreign[0]} is not the user's of the service`)
  }
}
