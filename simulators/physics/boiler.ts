/** Burns natural gas for the heat of one consumer's process and of the halls. */
export interface Boiler {
  /** The load whose process needs heat in proportion to its electricity. */
  readonly follows: string
  readonly nm3PerKwh: number
  /** Nm³/h for each kelvin that it is colder outside than in the halls. */
  readonly nm3hPerKelvin: number
  readonly hallC: number
  /** Nm³/h at full fire. */
  readonly rated: number
}

/** At full fire it is at its end, below a twentieth of it the flame would go out. */
const LOWEST_FIRE = 0.05

/**
 * Gas burned at the full minutes of a day, Nm³/h.
 *
 * @param power of the load that it follows, kW
 * @param outdoors °C
 */
export function gasOfDay(boiler: Boiler, power: Float64Array, outdoors: Float64Array): Float64Array {
  return power.map((kw, minute) => {
    const heating = boiler.nm3hPerKelvin * Math.max(0, boiler.hallC - outdoors[minute]!)
    return Math.min(boiler.rated, Math.max(LOWEST_FIRE * boiler.rated, boiler.nm3PerKwh * kw + heating))
  })
}
