import { DeviceSamples } from '../../simulators/device-samples.js'
import type { Sample, SimulatedDevice, SimulatedPlant } from '../../simulators/plant.js'
import type { Send, SendFault } from '../../simulators/sends.js'
import { Timetable } from '../../simulators/timetable.js'

/** A small cast for tests: devices whose figures can be reckoned by head. */

export const EPOCH = Date.parse('2026-01-01T00:00:00Z')
export const FROM = Date.parse('2026-02-02T00:00:00Z')
export const HOUR_MS = 3_600_000
const PERIOD_MS = 15_000

function every(fromMs: number, toMs: number, periodMs: number, sample: (ts: number) => Sample): Sample[] {
  const found: Sample[] = []
  for (let ts = Math.ceil(fromMs / periodMs) * periodMs; ts < toMs; ts += periodMs) found.push(sample(ts))
  return found
}

/** 120 kWh an hour: half a kWh each 15 s. */
export function meter(id: string, metric = 'elec_submeter_kwh'): SimulatedDevice {
  return {
    path: { plant: 'p', line: 'l', device: id },
    class: 'energy',
    isOnChange: false,
    samples: (from, to, period) =>
      every(from, to, period, (ts) => ({ ts, metrics: { [metric]: (ts - EPOCH) / 30_000 } })),
  }
}

/** 80 mg/Nm³ in 100,000 Nm³/h: 8 kg an hour. */
export function stack(id: string): SimulatedDevice {
  return {
    path: { plant: 'p', line: 'l', device: id },
    class: 'emissions',
    isOnChange: false,
    samples: (from, to, period) =>
      every(from, to, period, (ts) => ({ ts, metrics: { nox_mgm3: 80, stack_flow_nm3h: 100_000 } })),
  }
}

/** Ten minutes at work, then ten held, and so on; a cycle each minute of work. */
export function robot(id: string): SimulatedDevice {
  return {
    path: { plant: 'p', line: 'l', device: id },
    class: 'robot',
    isOnChange: true,
    samples: (from, to) =>
      every(from, to, 60_000, (ts) => {
        const minutes = (ts - EPOCH) / 60_000
        const isAtWork = minutes % 20 < 10
        const cycle_count = Math.floor(minutes / 20) * 10 + Math.min(10, minutes % 20)
        return { ts, metrics: { cycle_count, order_active: true, state: isAtWork ? 'Execute' : 'Held' } }
      }),
  }
}

/** A run of so many hours of the past, all of it due. */
export function samplesOf(device: SimulatedDevice, hours = 48): DeviceSamples {
  const plant: SimulatedPlant = { id: 'p', timezone: 'UTC', epochMs: EPOCH, devices: [device] }
  const timetable = new Timetable({
    startedAtMs: FROM + 1000 * HOUR_MS,
    fromMs: FROM,
    untilMs: FROM + hours * HOUR_MS,
    backfillMs: 0,
    periodMs: PERIOD_MS,
    speed: Infinity,
  })
  return new DeviceSamples(plant, device, timetable)
}

/** Messages of one sample each, numbered from 0 in their payload, a minute apart. */
export function messages(count: number): Send[] {
  return Array.from({ length: count }, (_, i) => ({
    atMs: FROM + i * 60_000,
    payload: String(i),
    elements: 1,
    rejections: {},
    isCut: false,
  }))
}

/** Sends messages through a fault and collects what comes out. */
export async function passed(fault: SendFault, sends: readonly Send[]): Promise<Send[]> {
  async function* source() {
    yield* sends
  }
  const found: Send[] = []
  for await (const send of fault(source())) found.push(send)
  return found
}
