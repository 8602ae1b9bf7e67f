/** Flags of a KPI point, which tell its reader how it was made. Source: KPI specification, global rules. */
export const KPI_FLAGS = {
  approx: 'Made by an approximation that the specification allows.',
  estimated: 'Part of it lies in intervals longer than the allowed gap, split in time by interpolation.',
  counter_reset: 'A register started again from zero.',
  counter_rollover: 'A register passed its modulus.',
  counter_glitch: 'A reading that a register cannot have shown was skipped.',
  counter_backstep: 'A register went back a little and was taken as it is.',
  implausible_rate: 'A reading beyond the maximum rate was skipped.',
  gap_unallocated: 'A silence of more than 400 days is not spread over time.',
  count_mismatch: 'Total, good and rejected pieces do not add up.',
  unknown_state: 'A state word that is in no map.',
  out_of_expected_range: 'The value lies outside the range it should have; it is published as it is.',
  pbt_derived: 'Planned busy time was derived, there is no shift calendar.',
  co2_only: 'The factor counts CO2 alone, no other greenhouse gas.',
  factor_from_memory: 'The factor was not checked against its source.',
  factor_year_mismatch: 'The factor belongs to another year.',
  ts_assumed: 'A reading came without a time and was given the time of its arrival.',
  restated: 'Differs from a frozen report.',
  clock: 'The clock of a device is not trusted.',
} as const

export type KpiFlag = keyof typeof KPI_FLAGS

/** Flags in the order of the table above: the order in which every point lists them. */
export const KPI_FLAG_LIST = Object.keys(KPI_FLAGS) as readonly KpiFlag[]

/** A set of flags as bits, for the hot path: bit i is `KPI_FLAG_LIST[i]`. */
export type FlagBits = number

export function flagBit(flag: KpiFlag): FlagBits {
  return 1 << KPI_FLAG_LIST.indexOf(flag)
}

export function flagsOf(bits: FlagBits): KpiFlag[] {
  return KPI_FLAG_LIST.filter((_, i) => (bits & (1 << i)) !== 0)
}
