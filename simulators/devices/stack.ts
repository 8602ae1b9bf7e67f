import type { Quality } from '../../src/base/quality.js'
import type { DevicePath } from '../../src/base/topic.js'
import { ANALYSED, type Chimney, FlueGasOfDay } from '../physics/flue-gas.js'
import type { LocalDay } from '../physics/local-days.js'
import type { PlantModel } from '../physics/plant.js'
import type { PlantRegisters } from '../physics/registers.js'
import type { Sample, SimulatedDevice } from '../plant.js'
import { instants } from '../samples.js'

const CALIBRATED: Readonly<Record<string, Quality>> = Object.fromEntries(
  ANALYSED.map((metric) => [metric, 'calibration' as const]),
)

/** The analyser in the boiler's chimney: what it sees follows from the gas that the boiler burns at that instant. */
export class Stack implements SimulatedDevice {
  readonly path: DevicePath
  readonly class = 'emissions'
  readonly isOnChange = false
  readonly #chimney: Chimney
  readonly #plant: PlantModel
  readonly #seed: number
  readonly #registers: PlantRegisters
  #today: { readonly index: number; readonly flueGas: FlueGasOfDay } | null = null

  constructor(path: DevicePath, chimney: Chimney, plant: PlantModel, seed: number, registers: PlantRegisters) {
    this.path = path
    this.#chimney = chimney
    this.#plant = plant
    this.#seed = seed
    this.#registers = registers
  }

  samples(fromMs: number, toMs: number, periodMs: number): Sample[] {
    return instants(fromMs, toMs, periodMs).map((ts) => {
      const flueGas = this.#flueGas(this.#plant.days.at(ts))
      const gas = this.#registers.power('gas', ts)
      // Its smallest flame never goes out.
      const metrics = { ...flueGas.at(ts, gas, gas / this.#plant.boiler.rated), stack_running: gas > 0 ? 1 : 0 }
      const calibration = flueGas.calibration(ts)
      return calibration === null
        ? { ts, metrics }
        : { ts, metrics: { ...metrics, ...calibration }, quality: CALIBRATED }
    })
  }

  #flueGas(day: LocalDay): FlueGasOfDay {
    if (this.#today?.index !== day.index) {
      this.#today = { index: day.index, flueGas: new FlueGasOfDay(this.#chimney, day, this.#seed) }
    }
    return this.#today.flueGas
  }
}
