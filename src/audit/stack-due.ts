import type { Backdated, Stated } from '../kpi/settings/backdated.js'

/**
 * Since when a stack has to have valid hours, epoch ms: the beginning of a period, or later where the configurations that were in force in
 * it name the stack only from then on, by `holds_from` too. One that no configuration names was there, as far as anybody knows.
 */
export function stackDueFromMs(
  stack: string,
  inForce: readonly Pick<Backdated<Stated>, 'fromMs' | 'options'>[],
  startMs: number,
): number {
  const at = inForce.findIndex(({ options }) => options?.devices.some(({ id }) => id === stack) === true)
  const { fromMs } = inForce[at] ?? { fromMs: startMs }
  return at > 0 ? fromMs : Math.min(fromMs, startMs)
}
