/** g/mol. NOx is reported as NO2. Source: atomic weights N 14.0067, O 15.9994, S 32.065, C 12.0107. */
export const MOLAR_MASS_G = {
  nox: 46.0055,
  no: 30.0061,
  no2: 46.0055,
  so2: 64.0638,
  co: 28.0101,
  co2: 44.0095,
} as const

export type StackGas = keyof typeof MOLAR_MASS_G

/** L/mol at 0 °C and 101.325 kPa. */
export const MOLAR_VOLUME_L = 22.414

/** mg/Nm³ of what an analyser reads in parts per million by volume. */
export function ppmToMgNm3(ppm: number, gas: StackGas): number {
  return (ppm * MOLAR_MASS_G[gas]) / MOLAR_VOLUME_L
}

/** mg of the NO2 that a mg of NO becomes. Source: KPI specification §2.4, 46/30 as the Chinese standards reckon. */
export const NO_AS_NO2 = 46 / 30
