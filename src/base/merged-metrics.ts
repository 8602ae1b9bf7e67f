/** Metrics that are computed from samples of several metrics of a device: each with those that it is made of, its own first. */

/** Metrics that decide the state of a machine: its word, and those that make an ambiguous one clear. In this order at one instant. */
export const STATE_INPUTS = ['state', 'order_active', 'changeover'] as const
/** Power that goes out, and what tells that it does so no more: power that comes in, at the same meter. */
export const EXPORT_INPUTS = ['elec_export_kw', 'elec_import_kw'] as const

export const MERGED_METRICS: readonly string[] = [STATE_INPUTS[0], EXPORT_INPUTS[0]]
