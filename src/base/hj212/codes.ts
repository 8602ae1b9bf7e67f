/** A pollutant or a state of the flue gas, as HJ 212 codes it and as we name it. */
export interface Hj212Pollutant {
  /** Code of the editions of 2017 and 2025. */
  readonly code: string
  /** Code of the edition of 2005. */
  readonly code2005: string
  /** Metric of the values `Rtd` and `Avg`. */
  readonly metric: string
  /** Metric of the values `ZsRtd` and `ZsAvg`, corrected to the reference oxygen by the analyser; null where there is none. */
  readonly refMetric: string | null
  /** On the wire; null where the editions or the devices differ, so that a station has to say it. */
  readonly unit: string | null
  /** As `unit`, in the edition of 2005. */
  readonly unit2005: string | null
}

function pollutant(
  code: string,
  code2005: string,
  metric: string,
  unit: string | null,
  { refMetric = null as string | null, unit2005 = unit } = {},
): Hj212Pollutant {
  return { code, code2005, metric, refMetric, unit, unit2005 }
}

/**
 * Source: the code lists of HJ 212-2017 and HJ/T 212-2005 as public repositories have them (srdgame/lua-HJ212
 * `hj212/tags/info.lua`; lingkejia/bocon-operation-app `src/lib/polcodeList05.js`); those of 2025 are taken to be the
 * same, its text was not opened. The flow is m³/s in the list, and m³/h or L/s from devices; the pressure is kPa in the
 * list of 2017, and MPa, kPa or Pa from devices of 2005.
 */
export const HJ212_POLLUTANTS: readonly Hj212Pollutant[] = [
  pollutant('a21026', '02', 'so2_mgm3', 'mg/m3', { refMetric: 'so2_ref_mgm3' }),
  pollutant('a21002', '03', 'nox_mgm3', 'mg/m3', { refMetric: 'nox_ref_mgm3' }),
  pollutant('a34013', '01', 'pm_mgm3', 'mg/m3', { refMetric: 'pm_ref_mgm3' }),
  pollutant('a21005', '04', 'co_mgm3', 'mg/m3'),
  pollutant('a19001', 'S01', 'o2_pct', '%'),
  pollutant('a01011', 'S02', 'stack_velocity_ms', 'm/s'),
  pollutant('a01012', 'S03', 'stack_temp_c', '°C'),
  pollutant('a01013', 'S08', 'stack_pressure_kpa', 'kPa', { unit2005: null }),
  pollutant('a01014', 'S05', 'stack_moisture_pct', '%'),
  pollutant('a00000', 'B02', 'stack_flow_nm3h', null),
]
