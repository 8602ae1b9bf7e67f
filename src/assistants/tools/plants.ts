import { z } from 'zod'
import { systemClock } from '../../base/clock.js'
import { dayInZone } from '../../base/days-in-zone.js'
import { apiPath } from '../api.js'
import { ARGUMENTS, allPlants, limitOf, optionalRange, plantOf, rangeIn } from '../arguments.js'
import { tool } from '../tool.js'
import { nameIn } from '../words.js'

/** Tools for what there is: plants, lines, devices, readings, and what machines were doing. */

const DEVICE_STATES = ['online', 'offline', 'stale'] as const

const listPlants = tool({
  name: 'list_plants',
  title: 'Plants',
  description:
    'Plants with zone, lines, number of devices by state, and targets. Call it first: other tools take its ids. `today` is the running day of each plant.',
  input: z.strictObject({ lang: ARGUMENTS.lang }),
  async answer(call, { lang }) {
    const nowMs = systemClock.nowMs()
    const plants = (await allPlants(call)).map(({ lines, name, characteristics: _, ...plant }) => ({
      ...plant,
      today: dayInZone(plant.timezone, nowMs),
      name: nameIn(name, lang),
      lines: lines.map(({ id, name, devices }) => {
        const counted = DEVICE_STATES.map((state) => [state, devices.filter((one) => one.state === state).length])
        return { id, name: nameIn(name, lang), devices: Object.fromEntries(counted) }
      }),
    }))
    return { now: new Date(nowMs).toISOString(), plants }
  },
})

const listDevices = tool({
  name: 'list_devices',
  title: 'Devices of a plant',
  description:
    'Devices of a plant: role, state (online; stale: connected or not, no data for its time; offline), last message (last_seen), newest data, why its last message was not taken, verdict on its clock.',
  input: z.strictObject({
    plant: ARGUMENTS.plant,
    line: ARGUMENTS.line.optional(),
    state: z.enum(DEVICE_STATES).optional(),
  }),
  async answer(call, { plant, line, state }) {
    const { lines } = await plantOf(call, plant)
    const devices = lines
      .filter(({ id }) => line === undefined || id === line)
      .flatMap(({ id, devices }) => devices.map((device) => ({ line: id, ...device })))
      .filter((device) => state === undefined || device.state === state)
      .map(({ line, id, role, configured, retired, state, last_seen, newest, rejected_reason, clock }) => {
        return { line, id, role, configured, retired, state, last_seen, newest, rejected_reason, clock }
      })
    return { devices }
  },
})

const device = tool({
  name: 'device',
  title: 'One device',
  description:
    'One device in full: last message as it came and what became of it, rate, clock offset, gaps of sequence, session. Use it when a figure is null or its coverage low.',
  input: z.strictObject({ plant: ARGUMENTS.plant, device: ARGUMENTS.device }),
  async answer(call, { plant, device }) {
    return { device: await call.read<object>(apiPath(['plants', plant, 'devices', device])) }
  },
})

const readings = tool({
  name: 'readings',
  title: 'Raw readings',
  description:
    'Raw readings {ts, value, unit, quality} of one metric of one device, by event time; the last 24 h when no range is given. Counters are registers: for amounts use kpi_figures.',
  input: z.strictObject({
    plant: ARGUMENTS.plant,
    device: ARGUMENTS.device,
    metric: z.string().max(64).describe('name of a metric, such as elec_import_kwh'),
    ...optionalRange,
    limit: limitOf(100, 400),
    cursor: ARGUMENTS.cursor.optional(),
  }),
  async answer(call, { plant, ...asked }) {
    const query = await rangeIn(call, plant, asked)
    return call.read<object>(apiPath(['plants', plant, 'readings'], query))
  },
})

const machineStates = tool({
  name: 'machine_states',
  title: 'States of machines',
  description:
    'Intervals in which machines and robots were in one ISO 22400 state; UNKNOWN where nobody says. All of a plant: at most 50 h; one device: at most 45 days. The last 24 h when no range is given. For shares of time use kpi_figures.',
  input: z.strictObject({ plant: ARGUMENTS.plant, device: ARGUMENTS.device.optional(), ...optionalRange }),
  async answer(call, { plant, device, ...asked }) {
    const range = await rangeIn(call, plant, asked)
    const segments = device === undefined ? ['plants', plant, 'states'] : ['plants', plant, 'devices', device, 'states']
    return call.read<object>(apiPath(segments, { ...range }))
  },
})

const machineEnergy = tool({
  name: 'machine_energy',
  title: 'Energy of machines by state',
  description:
    'Electricity (kWh), emissions (kgCO2e) and cost of each machine, by state, the largest first; the last 24 h when no range is given. value is null with a reason where too little is known; `known` is the part that is.',
  input: z.strictObject({ plant: ARGUMENTS.plant, ...optionalRange }),
  async answer(call, { plant, ...asked }) {
    return call.read<object>(apiPath(['plants', plant, 'energy', 'machines'], await rangeIn(call, plant, asked)))
  },
})

export const PLANT_TOOLS = [listPlants, listDevices, device, readings, machineStates, machineEnergy]
