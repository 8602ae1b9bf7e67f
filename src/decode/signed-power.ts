/** Power at a meter that a device sends as one number: what comes in, or below 0 what goes out. */
export const POWER_IN = 'elec_import_kw'
/** The metric of what goes out. */
export const POWER_OUT = 'elec_export_kw'

/** The value of this metric says that power goes out. Source: KPI specification §1.1. */
export function isPowerOut(metric: string, value: unknown): boolean {
  return metric === POWER_IN && typeof value === 'number' && value < 0
}

/** A negative power as its two parts, kW: nothing comes in. */
export function splitPower(kw: number): { readonly came: number; readonly went: number } {
  return { came: 0, went: -kw }
}
