/** New Year on which the meters of all plants were exchanged and their counters set to zero. */
export const ORIGIN = '2026-01-01'
/** The first day of which the plants know anything. */
export const EPOCH = '2025-01-01'
