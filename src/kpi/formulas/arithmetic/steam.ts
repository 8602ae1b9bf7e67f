import { APPROX, type ArithmeticResult, answer, noAnswer } from './answer.js'
import { REGION_1, REGION_2_EDGE, REGION_2_IDEAL, REGION_2_RESIDUAL, SATURATION } from './steam-tables.js'

// Source of every equation here: IAPWS R7-97(2012), regions 1 (liquid), 2 (vapour) and 4 (the line between them).
// Region 3 (dense, around the critical point) and region 5 (above 800 °C) are not steam that a factory meters.

const GAS_CONSTANT = 0.461526
const ATMOSPHERE_MPA = 0.101325
const ZERO_C_K = 273.15

const TEMP_MIN_K = 273.15
/** Regions 1 and 2 share the saturation line up to here, and only up to here. */
const TEMP_SHARED_MAX_K = 623.15
const TEMP_MAX_K = 1073.15
const PRESSURE_MAX_MPA = 100
/** Ends of the saturation line: at 0 °C and at the critical point. */
const SATURATION_MIN_MPA = 611.213e-6
const CRITICAL_MPA = 22.064
const CRITICAL_K = 647.096

/**
 * A steam meter that reads this little below saturation measures saturated steam with an inexact thermometer, not water:
 * taking it for water would lose two thirds of the heat. A project decision; a Pt100 of class B may err by 1.3 K at 200 °C,
 * and the pressure adds its share.
 */
const SATURATION_BAND_K = 2

/** State of the water in the pipe. `enthalpyKjKg` counts from liquid at the triple point, like every steam table. */
export interface SteamState {
  readonly phase: 'liquid' | 'vapour'
  readonly enthalpyKjKg: number
}

/**
 * Pressure at which water of this temperature boils, MPa absolute.
 * `null`, `bad_config` outside 0 °C .. 373.946 °C.
 */
export function saturationPressureMpa(tempK: number): ArithmeticResult {
  if (!(tempK >= TEMP_MIN_K && tempK <= CRITICAL_K)) return outside(tempK)
  const [n1, n2, n3, n4, n5, n6, n7, n8, n9, n10] = SATURATION
  const x = tempK + n9 / (tempK - n10)
  const a = x * x + n1 * x + n2
  const b = n3 * x * x + n4 * x + n5
  const c = n6 * x * x + n7 * x + n8
  return answer(((2 * c) / (-b + Math.sqrt(b * b - 4 * a * c))) ** 4)
}

/**
 * Temperature at which water boils under this absolute pressure, K: the exact inverse of the above.
 * `null`, `bad_config` outside 611.213 Pa .. 22.064 MPa.
 */
export function saturationTempK(pressureMpa: number): ArithmeticResult {
  if (!(pressureMpa >= SATURATION_MIN_MPA && pressureMpa <= CRITICAL_MPA)) return outside(pressureMpa)
  const [n1, n2, n3, n4, n5, n6, n7, n8, n9, n10] = SATURATION
  const x = pressureMpa ** 0.25
  const e = x * x + n3 * x + n6
  const f = n1 * x * x + n4 * x + n7
  const g = n2 * x * x + n5 * x + n8
  const d = (2 * g) / (-f - Math.sqrt(f * f - 4 * e * g))
  return answer((n10 + d - Math.sqrt((n10 + d) ** 2 - 4 * (n9 + n10 * d))) / 2)
}

/**
 * Enthalpy of dry steam on the saturation line, kJ/kg, for a meter that has a pressure and no temperature.
 * `null`, `bad_config` outside 611.213 Pa .. 16.529 MPa absolute, where the line leaves region 2.
 */
export function saturatedVapourKjKg(pressureMpa: number): ArithmeticResult {
  const boiling = saturationTempK(pressureMpa)
  if (boiling.value === null) return boiling
  return boiling.value > TEMP_SHARED_MAX_K ? outside(pressureMpa) : answer(vapourKjKg(pressureMpa, boiling.value))
}

/**
 * Water or steam at an absolute pressure and a temperature, taken literally: on the saturation line itself it is vapour.
 * `null`, `bad_config` in regions 3 and 5 and outside the formulation (0..800 °C, above 0 up to 100 MPa): the reading is
 * no steam that this computes, configure the class of the steam; `no_data` when one of the two is no number.
 */
export function waterAt(pressureMpa: number, tempK: number): ArithmeticResult<SteamState> {
  if (!Number.isFinite(pressureMpa) || !Number.isFinite(tempK)) return noAnswer('no_data')
  if (pressureMpa <= 0 || pressureMpa > PRESSURE_MAX_MPA || tempK < TEMP_MIN_K || tempK > TEMP_MAX_K) {
    return noAnswer('bad_config')
  }
  if (tempK > TEMP_SHARED_MAX_K) {
    const [n1, n2, n3] = REGION_2_EDGE
    return pressureMpa > n1 + n2 * tempK + n3 * tempK * tempK
      ? noAnswer('bad_config')
      : answer({ phase: 'vapour', enthalpyKjKg: vapourKjKg(pressureMpa, tempK) })
  }
  const boils = saturationPressureMpa(tempK)
  if (boils.value === null) return boils
  return pressureMpa > boils.value
    ? answer({ phase: 'liquid', enthalpyKjKg: liquidKjKg(pressureMpa, tempK) })
    : answer({ phase: 'vapour', enthalpyKjKg: vapourKjKg(pressureMpa, tempK) })
}

/**
 * State of the steam by the two readings of its own meter: MPa above atmosphere, and °C. Up to `SATURATION_BAND_K` below
 * saturation it is dry saturated steam, flag `approx`; further below it is condensate. `null` as in `waterAt`.
 */
export function steamAt(pressureMpaGauge: number, tempC: number): ArithmeticResult<SteamState> {
  const pressureMpa = pressureMpaGauge + ATMOSPHERE_MPA
  const tempK = tempC + ZERO_C_K
  const state = waterAt(pressureMpa, tempK)
  if (state.value?.phase !== 'liquid') return state
  const boiling = saturationTempK(pressureMpa)
  if (boiling.value === null || tempK < boiling.value - SATURATION_BAND_K) return state
  const saturated = saturatedVapourKjKg(pressureMpa)
  return saturated.value === null ? state : answer({ phase: 'vapour', enthalpyKjKg: saturated.value }, APPROX)
}

/**
 * Heat that a mass of steam carries, GJ; the heat its feed water brought along is taken off where that is configured.
 * Source: KPI specification §2.1.
 */
export function steamHeatGj(massT: number, enthalpyKjKg: number, feedWaterKjKg = 0): number {
  return (massT * (enthalpyKjKg - feedWaterKjKg)) / 1000
}

/** Steam that is bought by its class: nominal pressure and the enthalpy that the standard computes with. */
export interface SteamClass {
  /** As in the table of coal equivalents. */
  readonly id: string
  readonly pressureMpa: number
  /** kJ/kg is the same number as MJ/t. */
  readonly enthalpyKjKg: number
}

/** Source: GB 30251-2024, steam levels (read in a secondary source, not in the standard; made for refineries). */
export const STEAM_CLASSES: readonly SteamClass[] = [
  { id: 'steam_10p0MPa', pressureMpa: 10, enthalpyKjKg: 3852 },
  { id: 'steam_5p0MPa', pressureMpa: 5, enthalpyKjKg: 3768 },
  { id: 'steam_3p5MPa', pressureMpa: 3.5, enthalpyKjKg: 3684 },
  { id: 'steam_2p5MPa', pressureMpa: 2.5, enthalpyKjKg: 3559 },
  { id: 'steam_1p5MPa', pressureMpa: 1.5, enthalpyKjKg: 3349 },
  { id: 'steam_1p0MPa', pressureMpa: 1, enthalpyKjKg: 3182 },
  { id: 'steam_0p7MPa', pressureMpa: 0.7, enthalpyKjKg: 3014 },
  { id: 'steam_0p3MPa', pressureMpa: 0.3, enthalpyKjKg: 2763 },
]

/** h = R T* γ_τ of equation 7, without the factor that cancels: R T τ = R T*. */
function liquidKjKg(pressureMpa: number, tempK: number): number {
  const p = 7.1 - pressureMpa / 16.53
  const t = 1386 / tempK - 1.222
  let slope = 0
  for (const [i, j, n] of REGION_1) slope += n * p ** i * j * t ** (j - 1)
  return GAS_CONSTANT * 1386 * slope
}

/** The same of equations 16 and 17; their unit of pressure is 1 MPa. */
function vapourKjKg(pressureMpa: number, tempK: number): number {
  const t = 540 / tempK
  let slope = 0
  for (const [j, n] of REGION_2_IDEAL) slope += n * j * t ** (j - 1)
  for (const [i, j, n] of REGION_2_RESIDUAL) slope += n * pressureMpa ** i * j * (t - 0.5) ** (j - 1)
  return GAS_CONSTANT * 540 * slope
}

function outside(reading: number): ArithmeticResult<never> {
  return noAnswer(Number.isFinite(reading) ? 'bad_config' : 'no_data')
}
