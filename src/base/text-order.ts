/** Order of texts by code unit, the same on every machine: negative when `a` comes first. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

interface OfDevice {
  readonly device: string
  readonly metric: string
}

/** Order of series, or of what is stated of them, by device and then by metric. */
export function byDeviceAndMetric(a: OfDevice, b: OfDevice): number {
  return compareText(a.device, b.device) || compareText(a.metric, b.metric)
}
