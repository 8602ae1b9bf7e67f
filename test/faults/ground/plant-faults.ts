import { setTimeout as sleep } from 'node:timers/promises'
import { Influxd } from '../../bench/sides/influxd.js'
import { readiness, startGateway, type TestGateway } from '../../support/gateway.js'
import { openTcpProxy, type TcpProxy } from '../../support/tcp-proxy.js'
import { portOf } from '../storms/storm.js'
import { AlarmWatch } from './alarm-watch.js'
import { type DeviceOrder, PlantDevice, plantOfDevices } from './plant-device.js'
import { SmallDisk } from './small-disk.js'

const SECOND = 1000
const MINUTE = 60 * SECOND
const PERIOD = 15 * SECOND
const DISK_MIB = 1024
const LINES = ['a', 'b', 'c'] as const
const METERS_A_LINE = 12
const ROBOTS_A_LINE = 4
/** A meter counts so much a minute as it should, and so much with a fault, kWh; the limit lies between. */
const RATE = 1
const HOT_RATE = 10
export const HOT_LIMIT = 5
export const HOT = 'm-a-12'

/** The energy of a meter whose rate is another one from an instant on. */
class HotRegister {
  #kwh = 1000
  #fromMs = Date.now()
  #rate = RATE

  at(ms: number): number {
    return this.#kwh + ((ms - this.#fromMs) / MINUTE) * this.#rate
  }

  turn(isHot: boolean): void {
    const ms = Date.now()
    this.#kwh = this.at(ms)
    this.#fromMs = ms
    this.#rate = isHot ? HOT_RATE : RATE
  }
}

/** A gateway on a disk of its own with a store behind it, and a plant of fifty devices on three switches. */
export class FaultyPlant {
  readonly #hot: HotRegister
  readonly devices: ReadonlyMap<string, PlantDevice>

  private constructor(
    public gateway: TestGateway,
    readonly disk: SmallDisk,
    readonly influxd: Influxd,
    readonly switches: ReadonlyMap<string, TcpProxy>,
    readonly watch: AlarmWatch,
    orders: readonly DeviceOrder[],
    hot: HotRegister,
  ) {
    this.#hot = hot
    this.devices = new Map(orders.map((order) => [order.id, new PlantDevice(order, switches.get(order.line)!.port)]))
  }

  static async start(): Promise<FaultyPlant> {
    const hot = new HotRegister()
    const orders = ordersOf(hot)
    const disk = new SmallDisk(DISK_MIB)
    const influxd = await Influxd.start()
    const rule = { id: 'hot', kpi: 'energy_elec_import', window: '1m', scope: 'device', above: HOT_LIMIT }
    const nox = { id: 'nox', kpi: 'pollutant_mean_nox', window: '1h', scope: 'device', above: 150 }
    const gateway = await startGateway({
      config: {
        data_dir: `${disk.dir}/data`,
        store: [{ type: 'duckdb' }, { type: 'influxdb1', url: influxd.url, database: 'greengauge' }],
        plants: [plantOfDevices(orders, { alarms: [{ ...rule, on_delay_s: 60 }, nox] })],
      },
    })
    const switches = new Map<string, TcpProxy>()
    for (const line of LINES) switches.set(line, await openTcpProxy(portOf(gateway)))
    const watch = AlarmWatch.start(gateway.httpUrl)
    const plant = new FaultyPlant(gateway, disk, influxd, switches, watch, orders, hot)
    for (const device of plant.devices.values()) {
      device.start()
      await sleep(PERIOD / plant.devices.size)
    }
    return plant
  }

  device(id: string): PlantDevice {
    return this.devices.get(id)!
  }

  of(line: string): readonly PlantDevice[] {
    return [...this.devices.values()].filter(({ order }) => order.line === line)
  }

  turnHot(isHot: boolean): void {
    this.#hot.turn(isHot)
  }

  /** Takes all room that there is, also what is given back. Gives since when the journal has taken nothing, epoch ms. */
  async fillDisk(ms: number): Promise<number> {
    const endMs = Date.now() + ms
    let fullFromMs = Number.POSITIVE_INFINITY
    this.disk.fill(0)
    while (Date.now() < endMs) {
      this.disk.fillUp(0)
      if (fullFromMs > Date.now() && (await this.#isJournalFull())) fullFromMs = Date.now()
      await sleep(SECOND)
    }
    this.disk.free()
    return fullFromMs
  }

  async #isJournalFull(): Promise<boolean> {
    const { checks } = await readiness(this.gateway)
    return checks.some(({ name, reason }) => name === 'journal' && reason.includes('ENOSPC'))
  }

  /** Gives when it answered again, epoch ms. */
  async killFor(ms: number): Promise<number> {
    await this.gateway.stop('SIGKILL')
    await sleep(ms)
    this.gateway = await this.gateway.restart()
    return Date.now()
  }

  async freezeFor(ms: number): Promise<void> {
    this.gateway.process.kill('SIGSTOP')
    await sleep(ms)
    this.gateway.process.kill('SIGCONT')
  }

  async end(): Promise<void> {
    for (const device of this.devices.values()) device.powerOff()
    await this.gateway.stop('SIGKILL')
    await this.influxd.close()
    for (const proxy of this.switches.values()) await proxy.close()
    this.disk.remove()
  }
}

function ordersOf(hot: HotRegister): DeviceOrder[] {
  const beganMs = Date.now()
  const kwh = (ms: number) => 1000 + ((ms - beganMs) / MINUTE) * RATE
  const states = ['Execute', 'Idle', 'Held']
  const ofLine = (line: string): DeviceOrder[] => [
    ...Array.from({ length: METERS_A_LINE }, (_, i): DeviceOrder => {
      const id = `m-${line}-${i + 1}`
      const register = id === HOT ? (ms: number) => hot.at(ms) : kwh
      return { id, line, class: 'energy', everyMs: PERIOD, metrics: (ms) => ({ elec_submeter_kwh: register(ms) }) }
    }),
    ...Array.from({ length: ROBOTS_A_LINE }, (_, i): DeviceOrder => {
      const everyMs = (3 + i) * MINUTE
      const state = (ms: number) => states[Math.floor(ms / everyMs) % states.length]!
      return { id: `r-${line}-${i + 1}`, line, class: 'robot', everyMs, metrics: (ms) => ({ state: state(ms) }) }
    }),
  ]
  const stack = (id: string, line: string): DeviceOrder => {
    const metrics = () => ({ nox_mgm3: 80, o2_pct: 4, stack_flow_nm3h: 900 })
    return { id, line, class: 'emissions', everyMs: PERIOD, metrics }
  }
  return [...LINES.flatMap(ofLine), stack('s-a-1', 'a'), stack('s-b-1', 'b')]
}
