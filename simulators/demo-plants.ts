import type { DevicePath } from '../src/base/topic.js'
import { Gauge } from './devices/gauge.js'
import { LogbookDevice } from './devices/logbook.js'
import { Meter } from './devices/meter.js'
import { OnChangeRobot, PolledMachine } from './devices/robot.js'
import { Stack } from './devices/stack.js'
import { quartersFrom, sparseBefore } from './past/density.js'
import type { PlantModel } from './physics/plant.js'
import { PlantRegisters } from './physics/registers.js'
import { RobotHistory } from './physics/robot-history.js'
import type { SimulatedDevice, SimulatedPlant } from './plant.js'
import { type DeviceDescription, type PlantDescription, submeter } from './plants/description.js'
import { dresden } from './plants/dresden.js'
import { kunshan, type Planted } from './plants/kunshan.js'
import { monterrey } from './plants/monterrey.js'
import { suzhou } from './plants/suzhou.js'

const PLANTS = [suzhou, dresden, monterrey] as const

/** Plants with neighbouring seeds would have the same weather. */
const SEED_STEP = 1_000_003

/**
 * The plants of `devices/demo/greengauge.yaml`, or another number of them and of devices in each, as large as a load
 * test wants it. More plants are `plant-4`, `plant-5`, … built like the first ones, with fates of their own.
 * More devices are further robots and machines, and further submeters that share what is on no meter otherwise.
 */
export function demoPlants(
  seed: number,
  counts: { plants?: number; devices?: number } = {},
): readonly SimulatedPlant[] {
  return Array.from({ length: counts.plants ?? PLANTS.length }, (_, index) => {
    const { model, devices } = PLANTS[index % PLANTS.length]!
    const own = index < PLANTS.length ? model : { ...model, id: `plant-${index + 1}` }
    return plantOf(own, soMany(devices, counts.devices), seed + index * SEED_STEP)
  })
}

/**
 * The plant of the demo that has a past: months of it, so it is small and has few readings of long ago.
 *
 * @param startMs first start of the demo, epoch ms
 * @param days of past before that
 */
export function plantWithPast(
  seed: number,
  startMs: number,
  days: number,
): { readonly plant: SimulatedPlant; readonly planted: readonly Planted[] } {
  const { model, devices, planted } = kunshan(startMs, days)
  const plant = plantOf(model, devices, seed + PLANTS.length * SEED_STEP)
  const from = quartersFrom(startMs)
  // Demand of all months is known: the main meter has been read each quarter of an hour from the beginning on.
  const read = plant.devices.map((device) => (device.path.device === 'main-1' ? device : sparseBefore(device, from)))
  return { plant: { ...plant, devices: read }, planted }
}

function plantOf(model: PlantModel, devices: readonly DeviceDescription[], seed: number): SimulatedPlant {
  const registers = new PlantRegisters(model, seed)
  const { id, days } = model
  return {
    id,
    timezone: days.zone,
    epochMs: days.epochMs,
    devices: devices.map((device) => deviceOf(device, model, seed, registers)),
  }
}

function deviceOf(
  device: DeviceDescription,
  model: PlantModel,
  seed: number,
  registers: PlantRegisters,
): SimulatedDevice {
  const path: DevicePath = { plant: model.id, line: device.line, device: device.id }
  switch (device.kind) {
    case 'meter':
    case 'submeter':
      return new Meter(path, device.channels, registers, device.standstill)
    case 'stack':
      return new Stack(path, device.chimney, model, seed, registers)
    case 'robot':
      return new OnChangeRobot(path, new RobotHistory(device.robot, model, seed), device.checks)
    case 'machine':
      return new PolledMachine(path, new RobotHistory(device.robot, model, seed))
    case 'gauge':
      return new Gauge(path, device.of, new RobotHistory(device.machine, model, seed), seed)
    case 'logbook':
      return new LogbookDevice(path, device.book, model, seed)
  }
}

/** The first so many devices; more than there are repeat the ones that a plant can have more of. */
function soMany(devices: PlantDescription['devices'], count = devices.length): readonly DeviceDescription[] {
  const kinds = devices.filter(({ kind }) => kind === 'submeter' || kind === 'robot' || kind === 'machine')
  const further = Array.from({ length: Math.max(0, count - devices.length) }, (_, i) => kinds[i % kinds.length]!)
  const submeters = further.filter(({ kind }) => kind === 'submeter').length
  const numbers = new Map<string, number>()
  const nextId = (id: string) => {
    const name = id.replace(/-\d+$/, '')
    const number = (numbers.get(name) ?? devices.filter((one) => one.id.startsWith(`${name}-`)).length) + 1
    numbers.set(name, number)
    return `${name}-${number}`
  }
  const repeated = further.map((device): DeviceDescription => {
    const id = nextId(device.id)
    if (device.kind === 'submeter') return submeter(device.line, id, 'unmetered', 1 / submeters)
    // Only the plant's own robot has a test at its end.
    return 'robot' in device ? { kind: device.kind, line: device.line, id, robot: { ...device.robot, id } } : device
  })
  return [...devices.slice(0, count), ...repeated]
}
