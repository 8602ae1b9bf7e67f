import { setTimeout as sleep } from 'node:timers/promises'
import { accounting } from '../../support/gateway.js'
import type { SeenAlarm } from '../ground/alarm-watch.js'
import type { PlantDevice } from '../ground/plant-device.js'
import { FaultyPlant, HOT } from '../ground/plant-faults.js'
import { type Proof, say, verdictOf } from './proof.js'

const SECOND = 1000
const MINUTE = 60 * SECOND
const MINUTES = 120
/** All faults once. */
const CYCLE_MINUTES = 45
const TOLD_MS_MAX = 10 * SECOND
/** The list is looked at twice a second, over HTTP. */
const LOOK_MS = 2 * SECOND
const SILENCE_MS = 5 * MINUTE
/** A device that samples in a period of 15 s is stale after this. */
const STALE_MS = MINUTE
/** A broker ends a session after half as much again as its keep-alive of 30 s; the last packet was up to 30 s before. */
const SESSION_MS = [15 * SECOND, 50 * SECOND] as const
/** A minute is final half a minute after its end, with the next sample. */
const FINAL_MS = 45 * SECOND
/** A start is told by the gateway some time before it answers. */
const EARLY_MS = 20 * SECOND

/** An alarm that there has to be, by what was done to the plant. All times epoch ms. */
interface Due {
  readonly cause: string
  readonly rule: string
  readonly device: string
  readonly fromMs: number
  readonly toMs: number
  /** When its cause was over for certain; its end is told within ten seconds of that. */
  overMs(): number
}

/** Real faults of a plant, its gateway, disk and store: which alarms come of them, and when. */
export const plantHours: Proof = {
  name: 'plant-hours',
  says: 'a plant of 50 devices, its switches, gateway, disk and store fail by a schedule (--minutes; root: it mounts a tmpfs)',
  goal: '120 minutes, no false alarm, every true one told and cleared within its delay + 10 s',
  async run({ rounds }) {
    const minutes = rounds ?? MINUTES
    const plant = await FaultyPlant.start()
    try {
      const endMs = Date.now() + minutes * MINUTE
      const script = new Script(plant)
      for (let cycle = 0; cycle < Math.max(1, Math.floor(minutes / CYCLE_MINUTES)); cycle++) await script.cycle(cycle)
      await sleep(Math.max(0, endMs - Date.now()))
      await sleep(MINUTE)
      const seen = await plant.watch.end()
      const { closes } = await accounting(plant.gateway)
      return resultOf(minutes, seen, script.due, { closes, looks: plant.watch.looks, done: script.done })
    } catch (error) {
      say(plant.gateway.log().slice(-3000))
      throw error
    } finally {
      await plant.end()
    }
  },
}

/** The faults that are done to the plant, and which alarms are due after each. */
class Script {
  readonly due: Due[] = []
  readonly done: string[] = []
  /** While the gateway was off, stopped, or had no room: nothing is watched, and nothing lasts. */
  readonly #deaf: [fromMs: number, toMs: number][] = []
  readonly #plant: FaultyPlant

  constructor(plant: FaultyPlant) {
    this.#plant = plant
  }

  /** All faults once, to other devices each time. */
  async cycle(number: number): Promise<void> {
    const startMs = Date.now()
    const nth = (number % 3) * 3
    const at = async (minute: number, act: () => Promise<void>) => {
      await sleep(Math.max(0, startMs + minute * MINUTE - Date.now()))
      await act()
    }
    await Promise.all([
      at(1, () => this.#powerOff(`m-a-${nth + 1}`, 7)),
      at(1.5, () => this.#powerOff(`r-a-${(number % 4) + 1}`, 8)),
      at(1.5, () => this.#mute(`m-b-${nth + 2}`, 7.5)),
      at(2, () => this.#powerOff(`m-a-${nth + 2}`, 3)),
      at(2, () => this.#cutSwitch('c', 4)),
      at(3, () => this.#runHot(3)),
      at(4, () => this.#storeDown(5)),
      at(10, () => this.#kill(20 * SECOND)),
      at(11.5, () => this.#freeze(5)),
      at(18, () => this.#cutSwitch('b', 9)),
      at(28, () => this.#fillDisk(4)),
      at(29, () => this.#powerOff(`m-b-${nth + 1}`, 10)),
      at(34, () => this.#powerOff(`m-c-${nth + 1}`, 9)),
      at(36, () => this.#kill(2 * MINUTE)),
      at(CYCLE_MINUTES, () => Promise.resolve()),
    ])
  }

  async #powerOff(id: string, minutes: number): Promise<void> {
    const device = this.#plant.device(id)
    const fromMs = Date.now()
    device.powerOff()
    this.#say(`${id} has no power for ${minutes} minutes`)
    await sleep(minutes * MINUTE)
    const endMs = Date.now()
    device.start()
    const dueMs = this.#afterWatching(fromMs, SILENCE_MS)
    if (dueMs > endMs) return
    // Its session ended while the disk took nothing: it is missed when it is stale.
    const staleMs = this.#deaf.some(([from, to]) => fromMs >= from && fromMs < to) ? STALE_MS : 0
    this.#silent('no power', device, endMs, dueMs, dueMs + staleMs)
  }

  async #mute(id: string, minutes: number): Promise<void> {
    const device = this.#plant.device(id)
    device.mute(true)
    this.#say(`${id} samples nothing for ${minutes} minutes`)
    const dueMs = device.sampledAtMs + STALE_MS + SILENCE_MS
    await sleep(minutes * MINUTE)
    const endMs = Date.now()
    device.mute(false)
    this.#silent('samples nothing', device, endMs, dueMs, dueMs)
  }

  async #cutSwitch(line: string, minutes: number): Promise<void> {
    const fromMs = Date.now()
    const proxy = this.#plant.switches.get(line)!
    proxy.cut()
    this.#say(`the switch of line ${line} is dead for ${minutes} minutes`)
    await sleep(minutes * MINUTE)
    const endMs = Date.now()
    proxy.heal()
    if (minutes * MINUTE < SILENCE_MS) return
    for (const device of this.#plant.of(line)) {
      this.#silent(
        'dead switch',
        device,
        endMs,
        fromMs + SESSION_MS[0] + SILENCE_MS,
        fromMs + SESSION_MS[1] + SILENCE_MS,
      )
    }
  }

  async #runHot(minutes: number): Promise<void> {
    const fromMs = Date.now()
    this.#plant.turnHot(true)
    this.#say(`${HOT} takes ten times as much for ${minutes} minutes`)
    await sleep(minutes * MINUTE)
    const endMs = Date.now()
    this.#plant.turnHot(false)
    const minuteOf = (ms: number) => Math.floor(ms / MINUTE) * MINUTE
    this.due.push({
      ...{ cause: 'limit exceeded', rule: 'hot', device: HOT },
      fromMs: minuteOf(fromMs) + 2 * MINUTE,
      toMs: minuteOf(fromMs) + 3 * MINUTE + FINAL_MS,
      overMs: () => minuteOf(endMs) + 2 * MINUTE + FINAL_MS,
    })
  }

  async #storeDown(minutes: number): Promise<void> {
    await this.#plant.influxd.pause()
    this.#say(`the store is away for ${minutes} minutes`)
    await sleep(minutes * MINUTE)
    await this.#plant.influxd.resume()
  }

  async #kill(ms: number): Promise<void> {
    const fromMs = Date.now()
    this.#say(`the gateway is killed, and started after ${ms / 1000} s`)
    const span: [number, number] = [fromMs, Number.POSITIVE_INFINITY]
    this.#deaf.push(span)
    span[1] = await this.#plant.killFor(ms)
  }

  async #freeze(minutes: number): Promise<void> {
    this.#say(`the gateway is stopped for ${minutes} minutes`)
    const span: [number, number] = [Date.now(), Number.POSITIVE_INFINITY]
    this.#deaf.push(span)
    await this.#plant.freezeFor(minutes * MINUTE)
    span[1] = Date.now()
  }

  async #fillDisk(minutes: number): Promise<void> {
    this.#say(`the disk is full for ${minutes} minutes`)
    const fullFromMs = await this.#plant.fillDisk(minutes * MINUTE)
    this.#say(`the journal has taken nothing since ${new Date(fullFromMs).toISOString()}`)
    this.#deaf.push([fullFromMs, Date.now()])
  }

  #silent(cause: string, device: PlantDevice, endMs: number, fromMs: number, toMs: number): void {
    const overMs = () => device.acknowledgedAfter(endMs) ?? Number.NaN
    this.due.push({ cause, rule: 'device-silence', device: device.order.id, fromMs, toMs, overMs })
  }

  /** When so much time was watched since an instant. */
  #afterWatching(sinceMs: number, ms: number): number {
    let [at, left] = [sinceMs, ms]
    for (const [fromMs, toMs] of this.#deaf.toSorted(([a], [b]) => a - b)) {
      if (toMs <= at || fromMs >= at + left) continue
      left -= Math.max(0, fromMs - at)
      at = toMs
    }
    return at + left
  }

  #say(what: string): void {
    const line = `${new Date().toISOString()} ${what}`
    this.done.push(line)
    say(`plant-hours: ${line}`)
  }
}

function resultOf(
  minutes: number,
  seen: readonly SeenAlarm[],
  due: readonly Due[],
  rest: { readonly closes: boolean; readonly looks: number; readonly done: readonly string[] },
) {
  const left = new Set(seen)
  const wrong: string[] = []
  const toldMs: number[] = []
  const overMs: number[] = []
  for (const one of due) {
    const what = `${one.rule} of ${one.device} (${one.cause})`
    const found = [...left].find(({ first, seenAtMs }) => {
      const isDue = seenAtMs >= one.fromMs - EARLY_MS && seenAtMs <= one.toMs + 10 * MINUTE
      return first.rule === one.rule && first.scope_id === one.device && isDue
    })
    if (found === undefined) {
      wrong.push(`missing: ${what}, due ${new Date(one.toMs).toISOString()}`)
      continue
    }
    left.delete(found)
    const lateMs = found.seenAtMs - one.toMs
    toldMs.push(lateMs)
    if (lateMs > TOLD_MS_MAX + LOOK_MS) wrong.push(`late: ${what} told ${Math.round(lateMs / 1000)} s after its delay`)
    const clearMs = (found.overAtMs ?? Number.POSITIVE_INFINITY) - one.overMs()
    overMs.push(clearMs)
    if (!(clearMs <= TOLD_MS_MAX + LOOK_MS))
      wrong.push(`not cleared: ${what}, ${Math.round(clearMs / 1000)} s after its cause`)
  }
  const isFalse = [...left].map(({ first, last, seenAtMs }) => {
    return `false: ${first.rule} of ${first.scope_id}: ${first.text.en}, seen ${new Date(seenAtMs).toISOString()}, ${last.state}`
  })
  wrong.push(...isFalse)
  if (!rest.closes) wrong.push('the accounting does not close')
  for (const line of wrong) say(`  ${line}`)
  const longestS = (ms: readonly number[]) => Math.round(Math.max(0, ...ms) / 100) / 10
  return {
    figure: `${minutes} minutes, ${due.length} alarms due, ${seen.length} seen: ${isFalse.length} false, ${wrong.length - isFalse.length} missing, late or not cleared; told ${longestS(toldMs)} s after their delay at most, cleared ${longestS(overMs)} s after their cause`,
    verdict: verdictOf(wrong.length > 0, minutes, MINUTES),
    parameters: { minutes, devices: 50 },
    figures: { ...rest, wrong, due: due.length, seen: seen.length },
  }
}
